"""Forms of the page behind a link, and of what staff ask for."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses.fields import AddressField
from accounts.models import User
from core.acts import ReasonForm

YES, NO = "yes", "no"


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[(YES, _("Yes")), (NO, _("No"))])


class AddressForm(ReasonForm):
    field_order = ["email", "because"]
    email = AddressField(label=_("The new e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))


class OtherForm(forms.Form):
    """Which account is taken in."""

    email = AddressField(
        label=_("E-mail address of the other account"),
        help_text=_("It becomes part of this one, and is closed."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        self.other = User.objects.filter(email=email, deleted_at=None).first()
        if self.other is None:
            raise forms.ValidationError(gettext("Nobody signs in with this address."))
        return email
