from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses.fields import AddressField
from accounts.forms import EMAIL, NameField
from escan.models import Topic

LONGEST_MESSAGE = 5000


class ContactForm(forms.Form):
    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose…")), *Topic.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose one from the list.")),
    )
    name = NameField(
        label=_("Your name"), is_printed=False, widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
    )
    email = AddressField(
        label=_("E-mail address"),
        help_text=_("Where our answer goes."),
        widget=forms.EmailInput(attrs={**EMAIL, "autocomplete": "email"}),
        error_messages={"required": _("Please give an address, so that we can answer.")},
    )
    message = forms.CharField(
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Please do not send patient data. For a refund, the address that you paid with is enough."),
        error_messages={"required": _("Please write what we can do for you.")},
    )
    # The page hides it from people, and programs fill in whatever they find.
    website = forms.CharField(required=False)

    def visible_fields(self) -> list[forms.BoundField]:
        return [field for field in super().visible_fields() if field.name != "website"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            self.add_error(None, _("A field that people do not see was filled in. Please send your message once more."))
        return ""

    @property
    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("topic", "name", "email", "message")}


class DeletionForm(forms.Form):
    """The address, typed: nobody deletes an account by a slip of the hand."""

    email = AddressField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={**EMAIL, "autocomplete": "off"}),
        error_messages={"required": _("Type your address to confirm."), "invalid": _("This is not your address.")},
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email.lower() != self.address.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return email
