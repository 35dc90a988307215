from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

from imaging.incoming.models import PURPOSES
from imaging.studies.models import SCREENING, Proof, Side

LARGEST_IMAGE = 60_000_000
"""Bytes of a file; escan.bodies and the proxy take as much."""


SCREENING_CHOICES = [(each.value, each.label) for each in SCREENING]


class CaseForm(forms.Form):
    """What is to be known of a real case before its first image."""

    licence = forms.CharField(
        label=_("By which right it is shown"),
        max_length=60,
        validators=[MinLengthValidator(3)],
        help_text=_("Such as “CC BY 4.0”, or “Consent of the patient, form 12”. Readers see it."),
    )
    attribution = forms.CharField(
        label=_("Attribution"),
        max_length=500,
        validators=[MinLengthValidator(3)],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whose images they are and where they come from. Readers see it: name nothing of the diagnosis."),
    )
    proof = forms.ChoiceField(label=_("How the truth is known"), choices=Proof.choices)
    purpose = forms.ChoiceField(label=_("What it is for"), choices=[(each.value, each.label) for each in PURPOSES])


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Image"),
        help_text=_("A mammogram: DICOM “for presentation”, or PNG in gray of 8 or 16 bits; at most 60 MB."),
        widget=forms.FileInput(attrs={"accept": ".dcm,.dicom,.png,application/dicom,image/png"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size and file.size > LARGEST_IMAGE:
            raise forms.ValidationError(_("It is larger than 60 MB."))
        return file


class ViewForm(forms.Form):
    side = forms.ChoiceField(label=_("Side"), choices=[("", _("Choose")), *Side.choices])
    projection = forms.ChoiceField(label=_("View"), choices=[("", _("Choose")), *SCREENING_CHOICES])
    mm_per_pixel = forms.FloatField(
        label=_("Millimeters of a pixel"),
        min_value=0.01,
        max_value=1,
        help_text=_("In the breast. A file of DICOM mostly says it; of a PNG you must know it."),
    )
    is_scale_approximate = forms.BooleanField(
        label=_("This size is approximate"), required=False, help_text=_("Then readers are told so with each length.")
    )


class SignForm(forms.Form):
    is_clean = forms.BooleanField(
        label=_(
            "I have looked at the whole image: no name and no other text lies over it, and I have the right to use it."
        )
    )
    name = forms.CharField(label=_("My name"), max_length=300, validators=[MinLengthValidator(3)])

    def clean_name(self) -> Any:
        return self.cleaned_data["name"].strip()


class SureForm(forms.Form):
    """Asks nothing: the page says what follows."""
