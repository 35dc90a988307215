"""What staff begin and the owners of addresses finish; each page says what follows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest
from accounts.models import User
from core.acts import Act, ReasonForm, ask, sent
from escan.merging import find_obstacles, foresee
from escan.support.errors import CannotAsk
from escan.support.forms import AddressForm, OtherForm
from escan.support.models import SupportRequest
from escan.support.queries import finding
from escan.support.services import requests
from escan.support.studio.guard import a_press, back_to, for_support


@for_support()
@require_http_methods(["GET", "POST"])
def ask_for_address(request: StaffRequest, pk: int) -> HttpResponse:
    person = finding.get_living_person(pk)
    form = AddressForm(sent(request))
    if form.is_valid():
        try:
            requests.ask_for_address(user=person, by=request.user, **form.cleaned_data)
        except CannotAsk as error:
            form.add_error(None, error.reasons)
        else:
            told = gettext("A link is on its way to {address}. Once it is opened there, the address is changed.")
            messages.success(request, told.format(address=form.cleaned_data["email"]))
            return back_to(person, "account")
    act = Act(
        title=gettext("Another e-mail address"),
        about=f"{person}, {person.email}",
        consequences=[
            gettext("A link goes to the new address. Only once its owner says yes there, the address is changed."),
            gettext("The old address is told at once, and can stop it. The link holds for three days."),
            gettext("Whoever is signed in with the old address is then signed out, and signs in with the new one."),
        ],
        button=gettext("Send the link"),
        back_to=reverse("support_person", args=[person.pk]),
        icon="mail",
    )
    return ask(request, act, form)


@for_support()
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """First which account is taken in; then what will happen, and why it is asked for."""
    person = finding.get_living_person(pk)
    chosen = OtherForm(request.GET if "email" in request.GET else None)
    if chosen.is_valid() and chosen.other:
        return ask_for_merge(request, person, chosen.other)
    act = Act(
        title=gettext("Merge with another account"),
        about=f"{person}, {person.email}",
        consequences=[
            gettext("This account stays. Choose which one becomes part of it; the next page says what would happen."),
            gettext("The other way round? Begin from the other account."),
        ],
        button=gettext("Next"),
        back_to=reverse("support_person", args=[person.pk]),
        icon="group",
    )
    return ask(request, act, chosen, method="get")


def ask_for_merge(request: StaffRequest, person: User, other: User) -> HttpResponse:
    obstacles = find_obstacles(person, other)
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            requests.ask_for_merge(user=person, other=other, by=request.user, because=form.cleaned_data["because"])
        except CannotAsk as error:
            form.add_error(None, error.reasons)
        else:
            told = gettext("Links are on their way to {first} and {second}. Once both said yes, the accounts are one.")
            messages.success(request, told.format(first=person.email, second=other.email))
            return back_to(person, "account")
    act = Act(
        title=gettext("Merge two accounts"),
        about=f"{person.email} + {other.email}",
        consequences=[
            *obstacles,
            *([] if obstacles else foresee(person, other)),
            gettext("A link goes to both addresses, and it happens only once both owners said yes, within three days."),
        ],
        button=gettext("Send both links"),
        back_to=reverse("support_person", args=[person.pk]),
        icon="group",
        is_serious=True,
    )
    return ask(request, act, form)


@a_press()
def give_up(request: StaffRequest, pk: int, request_id: int) -> HttpResponse:
    person = finding.get_person(pk)
    asked = get_object_or_404(SupportRequest, pk=request_id, user=person)
    if requests.give_up(request_id=asked.pk, by=request.user):
        messages.success(request, gettext("It is given up, and the links are worth nothing."))
    else:
        messages.warning(request, gettext("It is over already."))
    return back_to(person, "account")
