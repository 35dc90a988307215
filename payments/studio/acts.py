"""Who may act on payments, and what such an act asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.acts import ReasonForm, for_staff

MAY_HANDLE_PAYMENTS = "payments.change_webhookevent"

for_payments = for_staff(MAY_HANDLE_PAYMENTS)


class MailedReasonForm(ReasonForm):
    is_mailed = forms.BooleanField(
        label=_("Tell them by mail"),
        required=False,
        help_text=_("That it was opened or closed, and how to sign in; never why."),
    )
