"""The parts of the screen of one person: each with its list, cut short on the screen and whole on a page of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.services import can_be_sent_again
from accounts.mail.studio import MAY_HANDLE_MAIL
from accounts.models import User
from accounts.sessions.queries import get_open_sessions
from cme.certificates.studio import MAY_HANDLE_CERTIFICATES
from core.dates import format_moment_and_zone
from escan.support.queries import activity, learning, people
from escan.support.studio.guard import MAY_ANSWER, MAY_HELP
from payments.money import format_money
from payments.studio.acts import MAY_HANDLE_PAYMENTS
from payments.studio.queries import State, get_attempts

# Rows of a part on the screen.
SHORT = 5


@dataclass(frozen=True)
class Part:
    key: str
    title: Promise
    load: Callable[[User], dict[str, Any]]
    """What the template needs; what may be long is under `rows`, the newest first."""
    permission: str = MAY_HELP

    @property
    def template(self) -> str:
        return f"escan/support/_{self.key}.html"


@dataclass(frozen=True)
class Shown:
    """A part as one page shows it."""

    part: Part
    told: dict[str, Any]
    hidden: int
    """How many rows stand on the page of all of them alone."""


def show(part: Part, person: User, *, most: int) -> Shown:
    told = part.load(person)
    rows = told.get("rows", [])
    return Shown(part, {**told, "rows": rows[:most], "count": len(rows)}, hidden=max(0, len(rows) - most))


# --- What each loads --------------------------------------------------------------------------------


def load_account(person: User) -> dict[str, Any]:
    sessions = list(get_open_sessions(person))
    requests, now = people.get_requests(person), timezone.now()
    seen = [each.seen_at for each in sessions] + [at for at in [person.last_login] if at]
    return {
        "addresses": people.get_addresses(person),
        "sessions": len(sessions),
        "seen_at": max(seen, default=None),
        "factors": people.get_second_factors(person),
        "requests": [(request, request.is_open(now)) for request in requests],
        "taken_in": people.get_taken_in(requests, person),
    }


def load_payments(person: User) -> dict[str, Any]:
    """Every attempt to buy, also one that never came to a payment, as the list of purchases has it."""
    attempts = get_attempts().filter(Q(user=person) | Q(gift__accepted_by=person))
    related = attempts.select_related("user", "gift__accepted_by", "purchase")
    rows = related.prefetch_related("purchase__refunds", "purchase__disputes")[: people.MOST]
    return {
        "rows": [
            {
                "row": row,
                "state": State(row.state).label,
                "amount": format_money(row.amount if row.paid is None else row.paid, row.currency),
                "is_received": row.user_id != person.pk,
                "is_trouble": row.state in {State.HELD, State.PENDING, State.FAILED, State.DISPUTED},
                "back": list(describe_back(row)),
            }
            for row in rows
        ]
    }


def describe_back(row: Any) -> Iterator[str]:
    """Refunds and disputes of one attempt, each as a sentence."""
    purchase = getattr(row, "purchase", None)
    if purchase is None:
        return
    for words, each in [
        *((gettext("Refund of {amount}, {moment}: {state}"), refund) for refund in purchase.refunds.all()),
        *((gettext("Dispute over {amount}, {moment}: {state}"), dispute) for dispute in purchase.disputes.all()),
    ]:
        amount, moment = format_money(each.amount, each.currency), format_moment_and_zone(each.created_at)
        yield words.format(amount=amount, moment=moment, state=each.get_status_display())


def load_practice(person: User) -> dict[str, Any]:
    return {"recall": activity.count_recall(person, timezone.now()), "practice": activity.count_practice(person)}


def load_mails(person: User) -> dict[str, Any]:
    return {"rows": [(mail, can_be_sent_again(mail)) for mail in people.get_mails(person)]}


PARTS = [
    Part("account", _("Account"), load_account),
    Part("access", _("Access"), lambda person: {"rows": people.get_grants(person)}),
    Part("payments", _("Payments and gifts"), load_payments, MAY_HANDLE_PAYMENTS),
    Part("learning", _("Learning"), lambda person: {"rows": learning.tell_courses(person, timezone.now())}),
    Part("tests", _("Tests"), lambda person: {"rows": activity.get_attempts(person)}),
    Part("practice", _("Recall and practice"), load_practice),
    Part(
        "credit",
        _("Credit and certificates"),
        lambda person: {"rows": people.get_certificates(person)},
        MAY_HANDLE_CERTIFICATES,
    ),
    Part("mails", _("Mails"), load_mails, MAY_HANDLE_MAIL),
    Part("messages", _("Messages to us"), lambda person: {"rows": people.get_messages(person)}, MAY_ANSWER),
    Part("log", _("What others did here"), lambda person: {"rows": people.get_acts(person)}),
]


def parts_for(staff: User) -> list[Part]:
    return [part for part in PARTS if staff.has_perm(part.permission)]
