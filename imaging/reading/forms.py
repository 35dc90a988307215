from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imaging.reading.models import Category
from imaging.reading.places import Depth, Place
from imaging.reading.services import Description
from imaging.reading.words import list_distributions, list_morphologies
from imaging.studies.models import SCREENING, Side

NOT_SAID = ("", _("Not said"))
CONFIDENCE = _("How sure are you that it warrants recall?")


def _morphologies() -> list[tuple[str, Any]]:
    return [NOT_SAID, *((word.key, word.name) for word in list_morphologies())]


def _distributions() -> list[tuple[str, Any]]:
    return [NOT_SAID, *((word.key, word.name) for word in list_distributions())]


class DescriptionForm(forms.Form):
    """What is said of a mark."""

    morphology = forms.ChoiceField(label=_("Form"), choices=_morphologies, required=False)
    distribution = forms.ChoiceField(label=_("Distribution"), choices=_distributions, required=False)
    confidence = forms.IntegerField(label=CONFIDENCE, min_value=0, max_value=100, initial=50, help_text=_("Percent."))

    @property
    def description(self) -> Description:
        given = self.cleaned_data
        return Description(given["confidence"], given["morphology"], given["distribution"])


class PlacedForm(DescriptionForm):
    """A mark as the viewer sends it: `id` is of one that is changed, `key` of a new one, however often it is sent."""

    id = forms.SlugField(max_length=32, required=False)
    key = forms.SlugField(max_length=32, required=False)
    view = forms.CharField(max_length=8)
    x = forms.FloatField()
    y = forms.FloatField()


class DescribedForm(DescriptionForm):
    """A mark in words, for who cannot point."""

    side = forms.ChoiceField(label=_("Side"), choices=Side.choices)
    projection = forms.ChoiceField(label=_("View"), choices=[(each.value, each.label) for each in SCREENING])
    place = forms.ChoiceField(label=_("Place"), choices=Place.choices)
    depth = forms.ChoiceField(label=_("Depth"), choices=Depth.choices)

    field_order = ["side", "projection", "place", "depth", "morphology", "distribution", "confidence"]

    @property
    def view(self) -> str:
        return f"{self.cleaned_data['side']}{self.cleaned_data['projection']}".lower()


class AnswerForm(forms.Form):
    category = forms.ChoiceField(
        label=_("BI-RADS category"), choices=[("", _("Not given yet")), *Category.choices], required=False
    )
    recall = forms.TypedChoiceField(
        label=_("Recall"),
        choices=[("yes", _("Recall")), ("no", _("No recall"))],
        widget=forms.RadioSelect,
        required=False,
        coerce=lambda given: given == "yes",
        empty_value=None,
    )
