"""The studio's screen of one person: what staff need to answer whoever writes to us (docs/support.md)."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from accounts.http import StaffRequest
from accounts.mail.services import can_be_sent_again
from accounts.models import User
from escan.support.queries import finding, learning, people
from payments.money import format_money
from payments.studio.queries import State, get_attempts

MAY_HELP = "accounts.view_user"

View = Callable[..., HttpResponse]


def for_support(view: View) -> View:
    return require_admin_access(permission_required(MAY_HELP)(view))


# --- The screens ------------------------------------------------------------------------------------


@for_support
@require_safe
def show_people(request: StaffRequest) -> HttpResponse:
    """Who is meant. One who is found alone is shown at once."""
    text = request.GET.get("q", "").strip()
    found = finding.find_people(text)
    if len(found) == 1:
        return redirect("support_person", found[0].pk)
    context = {"q": text, "found": found[: finding.MOST], "is_more": len(found) > finding.MOST}
    return render(request, "escan/support/people.html", context)


@for_support
@require_safe
def show_person(request: StaffRequest, pk: int) -> HttpResponse:
    person = finding.get_person(pk)
    return render(request, "escan/support/person.html", {"person": person, **describe(person)})


def describe(person: User) -> dict[str, Any]:
    return {
        "addresses": people.get_addresses(person),
        "factors": people.get_second_factors(person),
        "grants": people.get_grants(person),
        "checkouts": describe_checkouts(person),
        "courses": learning.tell_courses(person, timezone.now()),
        "claims": people.get_claims(person),
        "mails": [(mail, can_be_sent_again(mail)) for mail in people.get_mails(person)],
        "contact_messages": people.get_messages(person),
        "acts": people.get_acts(person),
    }


def describe_checkouts(person: User) -> list[dict[str, Any]]:
    """Every attempt to buy, also one that never came to a payment, as the list of purchases has it."""
    attempts = get_attempts().filter(Q(user=person) | Q(gift__accepted_by=person))
    return [
        {
            "row": row,
            "state": State(row.state).label,
            "amount": format_money(row.amount if row.paid is None else row.paid, row.currency),
            "is_trouble": row.state in {State.HELD, State.PENDING, State.FAILED, State.DISPUTED},
        }
        for row in attempts
    ]


# --- Where they stand -------------------------------------------------------------------------------


@hooks.register("register_admin_urls")
def register_support_urls() -> list[URLPattern]:
    return [
        path("people/", show_people, name="support_people"),
        path("people/<int:pk>/", show_person, name="support_person"),
    ]


class PeopleMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HELP)


@hooks.register("register_admin_menu_item")
def register_people() -> MenuItem:
    return PeopleMenuItem(_("People"), reverse("support_people"), name="people", icon_name="user", order=120)
