from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
