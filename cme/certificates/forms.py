from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import NameField, PreviewedName
from cme.certificates.codes import format_code, normalize_code


class VerifyForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)

    code = forms.CharField(
        label=_("Certificate code"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code that is printed on the certificate.")},
    )

    def clean_code(self) -> str:
        code = normalize_code(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(gettext("A code has twelve letters and digits, for example 8F3K-7QZM-X2VA."))
        return format_code(code)


class CorrectionForm(forms.Form):
    """What a learner asks for: the name as it should be printed, and why."""

    name = NameField(
        label=_("The right name"),
        help_text=_("As it should be printed, in your own script, with your degree if you like."),
        widget=PreviewedName(),
        has_preview=True,
    )
    reason = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("For example: a typing mistake, a new name, a missing degree. Only the office reads it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tell the office in a few words.")},
    )


class ReissueForm(forms.Form):
    name = NameField(label=_("Name on the new certificate"), widget=forms.TextInput(attrs={"dir": "auto"}))


class TellForm(forms.Form):
    """A sentence that the learner is mailed."""

    words = forms.CharField(
        label=_("Why, in words for the learner"),
        help_text=_("It is mailed to the learner as you write it, and kept in the log with your name."),
        max_length=1000,
        validators=[MinLengthValidator(10)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
