"""The one field for an e-mail address, in every form: what our mail can reach, written in one way."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses.spelling import spell


class AddressField(forms.EmailField):
    """Small letters, and an international domain as mail servers know it: one mailbox is one account.

    Letters beyond ASCII before the @ need SMTPUTF8 on the whole way, which Django's mail and most providers lack.
    """

    default_error_messages = {
        "international": _(
            "Our mail does not reach addresses with accents or other scripts before the @ yet. Please use another "
            "address of yours, in letters from a to z."
        ),
    }

    def to_python(self, value: Any) -> str:
        address = spell(str(super().to_python(value) or ""))
        if not address.rpartition("@")[0].isascii():
            raise ValidationError(self.error_messages["international"], code="international")
        return address
