from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404

from accounts.models import User
from payments.models import CheckoutSession, Purchase, WebhookEvent
from payments.money import format_money


class Outcome(StrEnum):
    """What became of an attempt, as the learner is told."""

    WAITING = "waiting"
    PAID = "paid"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    HELD = "held"


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    amount: str
    reference: str
    url: str


def get_checkout_session_for(user: User, stripe_id: str) -> CheckoutSession:
    """The learner's own session; nobody else's exists for them."""
    session = CheckoutSession.objects.filter(user=user, stripe_id=stripe_id).first()
    if session is None:
        raise Http404
    return session


def get_result(session: CheckoutSession) -> Result:
    """What the stored facts say of the attempt."""
    purchase = Purchase.objects.filter(session=session).first()
    return Result(
        outcome=outcome_of(session, purchase),
        amount=format_money(purchase.amount if purchase else session.amount, session.currency),
        reference=session.payment_intent or str(session),
        url=session.url if session.is_open else "",
    )


def outcome_of(session: CheckoutSession, purchase: Purchase | None) -> Outcome:
    if purchase:
        return Outcome.PAID if purchase.stands else Outcome.REFUNDED
    if session.status == CheckoutSession.Status.EXPIRED:
        return Outcome.EXPIRED
    # Paid, and yet no purchase: it was not what was offered.
    if session.payment_status != CheckoutSession.PaymentStatus.UNPAID:
        return Outcome.HELD
    return Outcome.WAITING


def due_events(now: datetime) -> list[int]:
    """Events whose first task was lost, or whose next try is due."""
    due = WebhookEvent.objects.filter(status=WebhookEvent.Status.WAITING, next_try_at__lte=now)
    return list(due.order_by("next_try_at").values_list("pk", flat=True))


def get_set_aside() -> QuerySet[WebhookEvent, Any]:
    """What a person must look at, newest first: events set aside, and wrong payments that no such event tells of."""
    events = WebhookEvent.objects.filter(status=WebhookEvent.Status.SET_ASIDE)
    told = events.filter(object_id=OuterRef("stripe_id"))
    payments = CheckoutSession.objects.exclude(payment_status=CheckoutSession.PaymentStatus.UNPAID)
    wrong = payments.filter(~Exists(told), purchase=None)
    rows = events.values(
        told_at=F("received_at"),
        kind=F("type"),
        reference=Coalesce(NullIf("payment_intent", Value("")), "object_id"),
        problem=F("error"),
    )
    others = wrong.values(
        told_at=F("created_at"),
        kind=Value("wrong payment", CharField()),
        reference=Coalesce("payment_intent", "stripe_id"),
        problem=Value("Paid, but not as it was offered. Nothing was opened.", TextField()),
    )
    return rows.union(others, all=True).order_by("-told_at")
