"""Forms of the studio."""

from typing import Any

from django.forms import Script
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from courses.assessment.models.questions import QuestionKind, validate_choices, validate_regions


class QuestionForm(WagtailAdminModelForm):
    """Fields of the other kinds stay empty; the script hides them, and publishing says what is missing."""

    class Media:
        js = [Script("js/studio-question.js", type="module")]
        css = {"all": ["css/studio-question.css"]}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("tolerance") is None:
            cleaned["tolerance"] = 0
        return cleaned

    def _post_clean(self) -> None:
        # Django's own hook: only here has the row the values that were sent.
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for name, told in self.instance.missing.items():
            self.add_error(name, told)


class KindFormSet(BaseChildFormSet):
    """Rows that only some kinds of question have. The question already has the kind that was sent."""

    def clean(self) -> None:
        super().clean()
        written = [form for form in self.forms if not self._should_delete_form(form)]
        # A draft may wait for its right answer, and a row with an error of its own is told of that first.
        if any(form.is_deferred_validation or form.errors for form in self.forms) or not self.instance.kind:
            return
        self.check_rows([form for form in written if form.has_changed() or form.instance.pk])

    def check_rows(self, forms: list[Any]) -> None:
        raise NotImplementedError


class ChoiceFormSet(KindFormSet):
    def check_rows(self, forms: list[Any]) -> None:
        validate_choices([form.cleaned_data.get("is_correct", False) for form in forms], self.instance.kind)


class RegionFormSet(KindFormSet):
    def check_rows(self, forms: list[Any]) -> None:
        validate_regions(len(forms), self.instance.kind)


class RowsPanel(InlinePanel):
    def __init__(self, relation_name: str, formset: type[KindFormSet], **kwargs: Any) -> None:
        super().__init__(relation_name, **kwargs)
        self.formset_class = formset

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "formset": self.formset_class}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = self.formset_class
        return options


def only_for(*kinds: QuestionKind) -> str:
    """The class by which the script knows which kinds a panel belongs to."""
    return " ".join(["only-for", *(f"only-for-{kind}" for kind in kinds)])


QUESTION_PANELS = [
    FieldRowPanel([FieldPanel("kind"), FieldPanel("use")]),
    FieldPanel("stem"),
    RowsPanel(
        "choices",
        ChoiceFormSet,
        heading=_("Choices"),
        label=_("Choice"),
        help_text=_("Mark the one that is correct, or with several right choices each of them."),
        classname=only_for(QuestionKind.SINGLE, QuestionKind.MULTIPLE),
    ),
    MultiFieldPanel(
        [FieldRowPanel([FieldPanel("value"), FieldPanel("tolerance"), FieldPanel("unit")])],
        _("The number"),
        classname=only_for(QuestionKind.NUMERIC),
    ),
    MultiFieldPanel(
        [FieldPanel("image"), FieldPanel("image_alt")], _("The picture"), classname=only_for(QuestionKind.PLACE)
    ),
    RowsPanel(
        "regions",
        RegionFormSet,
        heading=_("Right regions"),
        label=_("Region"),
        help_text=_(
            "Click the centre of a region in the picture, or write its numbers. An answer in any of them is right."
        ),
        classname=only_for(QuestionKind.PLACE),
    ),
    MultiFieldPanel([FieldPanel("rationale"), FieldPanel("references")], _("Afterwards")),
    MultiFieldPanel(
        [FieldPanel("course"), FieldPanel("objective"), FieldPanel("lesson"), FieldPanel("key")],
        _("Place in the course"),
    ),
]
