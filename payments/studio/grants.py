"""Access without payment: the list, giving it and taking it back."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.http import StaffRequest
from accounts.models import AccessGrant, User
from payments.services import staff
from payments.studio.acts import Act, ReasonForm, ask, for_staff, sent


class GrantForm(ReasonForm):
    field_order = ["email", "because"]
    key = forms.UUIDField(widget=forms.HiddenInput)
    email = forms.EmailField(label=_("The learner's e-mail address"), help_text=_("Of an account that exists."))

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        self.learner = User.objects.filter(email=email, is_active=True).first()
        if self.learner is None:
            raise forms.ValidationError(gettext("Nobody signs in with this address. Ask the learner to sign up first."))
        return email

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("key", "because")}


@for_staff
def give_access(request: StaffRequest) -> HttpResponse:
    learner = request.GET.get("learner", "")
    known = User.objects.filter(pk=learner).first() if learner.isdecimal() else None
    form = GrantForm(sent(request), initial={"email": known.email if known else "", "key": uuid4()})
    if form.is_valid() and form.learner:
        staff.grant_without_payment(user=form.learner, by=request.user, **form.chosen)
        messages.success(request, gettext("Everything is open to {learner}.").format(learner=form.learner))
        return redirect("payments_grants")
    act = Act(
        title=gettext("Give access without payment"),
        about="",
        consequences=[
            gettext("Every course opens to the learner at once, until somebody takes it back. They may claim credit."),
            gettext("Nothing is charged, and no mail goes out."),
        ],
        button=gettext("Give access"),
        back_to=reverse("payments_grants"),
        icon="key",
    )
    return ask(request, act, form)


@for_staff
def take_back_access(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(AccessGrant.objects.select_related("user"), pk=pk, source="staff")
    form = ReasonForm(sent(request))
    if form.is_valid():
        if staff.revoke_grant(grant_id=pk, because=form.cleaned_data["because"], by=request.user):
            messages.success(request, gettext("What staff gave to {user} is taken back.").format(user=grant.user))
        else:
            messages.warning(request, gettext("This was taken back before."))
        return redirect("payments_grants")
    act = Act(
        title=gettext("Take access back"),
        about=f"{grant.user}, {grant.user.email}",
        consequences=[
            gettext(
                "The courses close to the learner at once, unless something else opens them: a purchase or a gift."
            ),
            gettext("Certificates stay valid. No mail goes out."),
        ],
        button=gettext("Take it back"),
        back_to=reverse("payments_grants"),
        icon="lock",
        is_serious=True,
    )
    return ask(request, act, form)
