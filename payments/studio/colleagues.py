"""Access for a colleague by address, with an account or without one."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses.fields import AddressField
from accounts.http import StaffRequest
from accounts.models import User
from core.acts import Act, ReasonForm, ask, sent
from payments.services.colleagues import give_access_to_address
from payments.studio.acts import for_payments


class ColleagueForm(ReasonForm):
    field_order = ["email", "because"]
    email = AddressField(
        label=_("The colleague's e-mail address"),
        help_text=_("Where there is no account, one is made: they sign in with this address by a mailed code."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        person = User.objects.filter(email=cleaned.get("email", ""))
        if person.filter(is_active=False).exists():
            self.add_error("email", gettext("Staff closed this account. Open it again under Users first."))
        return cleaned


@for_payments
def invite(request: StaffRequest) -> HttpResponse:
    """For a colleague: by address, with or without an account."""
    form = ColleagueForm(sent(request), initial={"email": request.GET.get("email", ""), "key": uuid4()})
    if form.is_valid():
        grant = give_access_to_address(by=request.user, **form.cleaned_data)
        messages.success(
            request, gettext("Everything is open to {address}, and a mail says so.").format(address=grant.user.email)
        )
        return redirect("payments_grants")
    act = Act(
        title=gettext("Access for a colleague"),
        about="",
        consequences=[
            gettext(
                "Every course opens at once, until somebody takes it back. Nothing is charged. They may claim credit."
            ),
            gettext("A mail says how to sign in. Where there is no account with this address yet, one is made."),
            gettext("Somebody wants to pay for a colleague instead? They do so themselves, under Gifts."),
        ],
        button=gettext("Give access"),
        back_to=reverse("payments_grants"),
        icon="key",
    )
    return ask(request, act, form)
