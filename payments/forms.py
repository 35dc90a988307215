from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses.fields import AddressField
from payments.models import BillingDetails, Gift


class ReturnForm(forms.Form):
    """What Stripe's redirect brings back, and the waiting page's own questions."""

    session_id = forms.CharField(max_length=255)
    since = forms.IntegerField(min_value=0, required=False, help_text=_("When the page began to wait, in Unix time."))


class RecipientForm(forms.Form):
    """Where a gift goes."""

    recipient = AddressField(
        max_length=254,
        label=_("Their e-mail address"),
        help_text=_("Only an account with this address can accept the gift."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class MessageField(forms.CharField):
    """A browser counts a line break as one character and sends two."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class GiftForm(RecipientForm):
    message = MessageField(
        max_length=Gift._meta.get_field("message").max_length,
        required=False,
        label=_("Your message"),
        help_text=_("They read it once they have accepted the gift. You may leave it empty."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BillingForm(forms.ModelForm[BillingDetails]):
    """What an invoice needs."""

    class Meta:
        model = BillingDetails
        fields = ["name", "address", "tax_number"]
        help_texts = {
            "tax_number": _("As your tax office writes it, with the country: “DE123456789”. It may be empty.")
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "address": forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
            "tax_number": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def clean_tax_number(self) -> str:
        return " ".join(str(self.cleaned_data["tax_number"]).upper().split())
