"""Forms of the page behind a link, and of what staff ask for."""

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses.fields import AddressField
from accounts.models import User

YES, NO = "yes", "no"


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[(YES, _("Yes")), (NO, _("No"))])


class BecauseForm(forms.Form):
    because = forms.CharField(
        label=_("Why"),
        max_length=300,
        validators=[MinLengthValidator(3)],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the log, with your name, for your colleagues. The person is not told."),
    )


class AddressForm(BecauseForm):
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
