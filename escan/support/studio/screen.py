"""The studio's screen of one person: what staff need to answer whoever writes to us (docs/support.md)."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from accounts.mail.services import can_be_sent_again
from accounts.models import User
from accounts.sessions.queries import get_open_sessions
from escan.support.models import SupportRequest
from escan.support.queries import finding, learning, people
from escan.support.studio.guard import for_support
from payments.money import format_money
from payments.studio.queries import State, get_attempts


@for_support()
@require_safe
def show_people(request: StaffRequest) -> HttpResponse:
    """Who is meant. One who is found alone is shown at once."""
    text = request.GET.get("q", "").strip()
    found = finding.find_people(text)
    if len(found) == 1:
        return redirect("support_person", found[0].pk)
    context = {"q": text, "found": found[: finding.MOST], "is_more": len(found) > finding.MOST}
    return render(request, "escan/support/people.html", context)


@for_support()
@require_safe
def show_person(request: StaffRequest, pk: int) -> HttpResponse:
    person = finding.get_person(pk)
    return render(request, "escan/support/person.html", {"person": person, **describe(person)})


def describe(person: User) -> dict[str, Any]:
    return {
        "addresses": people.get_addresses(person),
        "sessions": get_open_sessions(person).count(),
        "factors": people.get_second_factors(person),
        "grants": people.get_grants(person),
        "checkouts": describe_checkouts(person),
        "courses": learning.tell_courses(person, timezone.now()),
        "certificates": people.get_certificates(person),
        "requests": describe_requests(person),
        "mails": [(mail, can_be_sent_again(mail)) for mail in people.get_mails(person)],
        "contact_messages": people.get_messages(person),
        "acts": people.get_acts(person),
    }


def describe_requests(person: User) -> list[tuple[SupportRequest, bool]]:
    now = timezone.now()
    return [(request, request.is_open(now)) for request in people.get_requests(person)]


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
