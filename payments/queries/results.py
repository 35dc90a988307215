from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from payments.models import CheckoutSession, Dispute, Gift, Purchase, Refund, WebhookEvent
from payments.money import format_money


class Outcome(StrEnum):
    """What became of an attempt, as the learner is told."""

    WAITING = "waiting"
    PAID = "paid"
    REFUNDED = "refunded"
    REFUNDING = "refunding"
    PAID_TWICE = "paid-twice"
    CLOSED = "closed"
    PENDING = "pending"
    FAILED = "failed"
    EXPIRED = "expired"
    HELD = "held"


class GiftState(StrEnum):
    """How far a gift came."""

    UNPAID = "unpaid"
    PENDING = "pending"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken-back"
    CLOSED = "closed"


@dataclass(frozen=True)
class Result:
    """A checkout as its owner sees it."""

    session: CheckoutSession
    purchase: Purchase | None
    gift: Gift | None
    outcome: Outcome
    is_disputed: bool

    @property
    def amount(self) -> str:
        return format_money(self.purchase.amount if self.purchase else self.session.amount, self.session.currency)

    @property
    def reference(self) -> str:
        return self.session.payment_intent or str(self.session)

    @property
    def url(self) -> str:
        """The hosted page, as long as it can be paid there."""
        return self.session.url if self.session.is_open else ""

    @property
    def is_in_refund_period(self) -> bool:
        """Whether asking for the money back is worth a link; whether it can be had is `find_obstacle`."""
        is_own = self.outcome == Outcome.PAID and not self.gift
        return bool(is_own and self.purchase and self.purchase.amount and is_refundable_by_date(self.purchase))


def checkouts_of(user: User) -> QuerySet[CheckoutSession]:
    """With all that a Result reads: three queries for any number."""
    own = CheckoutSession.objects.filter(user=user).select_related("purchase", "gift")
    return own.prefetch_related("purchase__refunds", "purchase__disputes")


def get_checkout_session_for(user: User, stripe_id: str) -> CheckoutSession:
    """The learner's own session; nobody else's exists for them."""
    session = CheckoutSession.objects.filter(user=user, stripe_id=stripe_id).first()
    if session is None:
        raise Http404
    return session


def get_result(session: CheckoutSession) -> Result:
    """What the stored facts say of the attempt."""
    purchase: Purchase | None = getattr(session, "purchase", None)
    disputes = purchase.disputes.all() if purchase else []
    return Result(
        session=session,
        purchase=purchase,
        gift=getattr(session, "gift", None) if session.is_gift else None,
        outcome=outcome_of(session, purchase),
        is_disputed=any(dispute.status in Dispute.CLOSING for dispute in disputes),
    )


def get_purchases(user: User) -> list[Result]:
    """Everything that came to a payment, newest first: also what is on its way, failed or went back."""
    complete = checkouts_of(user).filter(status=CheckoutSession.Status.COMPLETE)
    return [get_result(session) for session in complete.order_by("-created_at", "-pk")]


def get_purchase_for(user: User, session_id: int) -> Result:
    """One of the learner's own; nobody else's exists for them."""
    session = checkouts_of(user).filter(status=CheckoutSession.Status.COMPLETE, pk=session_id).first()
    if session is None:
        raise Http404
    return get_result(session)


def outcome_of(session: CheckoutSession, purchase: Purchase | None) -> Outcome:
    if purchase:
        return outcome_of_purchase(purchase)
    if session.status == CheckoutSession.Status.EXPIRED:
        return Outcome.EXPIRED
    if session.is_pending:
        return Outcome.PENDING
    if session.payment_status == CheckoutSession.PaymentStatus.FAILED:
        return Outcome.FAILED
    # Paid, and yet no purchase: it was not what was offered.
    if session.payment_status != CheckoutSession.PaymentStatus.UNPAID:
        return Outcome.HELD
    return Outcome.WAITING


def outcome_of_purchase(purchase: Purchase) -> Outcome:
    refunds = list(purchase.refunds.all())
    if any(refund.reason == Refund.Reason.PAID_TWICE for refund in refunds):
        return Outcome.PAID_TWICE
    if purchase.amount and purchase.refunded_amount >= purchase.amount:
        return Outcome.REFUNDED
    is_on_its_way = any(refund.status in Refund.UNDER_WAY for refund in refunds)
    if is_on_its_way and not purchase.refundable_amount and not purchase.withheld_because:
        return Outcome.REFUNDING
    return Outcome.PAID if purchase.stands else Outcome.CLOSED


# --- Gifts ------------------------------------------------------------------------------------------


def get_gift(token: str) -> Gift:
    """Whoever holds the token may look; accepting asks for more."""
    gift = Gift.objects.select_related("session__user", "session__purchase").filter(token=token).first()
    if gift is None:
        raise Http404
    return gift


def get_gifts_given(user: User) -> list[Gift]:
    """Newest first, without those whose payment never came."""
    now = timezone.now()
    lapsed = Q(session__status=CheckoutSession.Status.EXPIRED) | Q(
        session__status=CheckoutSession.Status.OPEN, session__expires_at__lte=now
    )
    failed = Q(session__payment_status=CheckoutSession.PaymentStatus.FAILED)
    own = Gift.objects.filter(session__user=user).exclude(lapsed | failed).order_by("-created_at", "-pk")
    related = own.select_related("session__purchase", "accepted_by")
    return list(related.prefetch_related("session__purchase__refunds", "session__purchase__disputes"))


def get_gift_for(user: User, gift_id: int) -> Gift:
    """One that the giver gave; nobody else's exists for them."""
    gift = Gift.objects.select_related("session__purchase").filter(pk=gift_id, session__user=user).first()
    if gift is None:
        raise Http404
    return gift


def get_gifts_accepted(user: User) -> QuerySet[Gift]:
    return Gift.objects.filter(accepted_by=user).select_related("session__user").order_by("-accepted_at")


def state_of_gift(gift: Gift) -> GiftState:
    purchase = getattr(gift.session, "purchase", None)
    if gift.taken_back_at:
        return GiftState.TAKEN_BACK
    if purchase is None:
        return GiftState.PENDING if gift.session.is_pending else GiftState.UNPAID
    if not purchase.stands:
        return GiftState.CLOSED
    return GiftState.ACCEPTED if gift.accepted_at else GiftState.WAITING


def returns_at(gift: Gift) -> datetime:
    """When a gift that nobody accepted goes back. Wants a gift that was paid."""
    return gift.session.purchase.paid_at + timedelta(days=settings.GIFT_DAYS)


def owns_address(user: User, address: str) -> bool:
    """Whether it is the account's own, and was proven to be."""
    proven = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True)
    return user.email.lower() == address.lower() and proven.exists()


def mask_address(address: str) -> str:
    """Enough to know one's own by: a•••@example.org."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


# --- What is due ------------------------------------------------------------------------------------


def due_events(now: datetime) -> list[int]:
    """Events whose first task was lost, or whose next try is due."""
    due = WebhookEvent.objects.filter(status=WebhookEvent.Status.WAITING, next_try_at__lte=now)
    return list(due.order_by("next_try_at").values_list("pk", flat=True))


def due_refunds(now: datetime) -> list[int]:
    """Refunds that were ordered, and whose first task was lost or whose next try is due."""
    due = Refund.objects.filter(status=Refund.Status.ORDERED, next_try_at__lte=now)
    return list(due.order_by("next_try_at").values_list("pk", flat=True))


# --- Refunds ----------------------------------------------------------------------------------------

Obstacle = Callable[[User], str]
OBSTACLES: list[Obstacle] = []
"""Why a learner may not ask for the money back, as a sentence, or empty. Other apps add theirs when they start."""


def find_obstacle(*, purchase: Purchase, user: User) -> str:
    """Why this learner cannot have their money back by themselves; empty where they can."""
    if purchase.session.is_gift:
        return "A gift is taken back on its own page, as long as nobody has accepted it."
    if not purchase.amount:
        return "Nothing was paid, so there is nothing to give back."
    if purchase.refundable_amount < purchase.amount:
        return "Money of this purchase went back already, or is on its way."
    if purchase.disputes.exists():
        return "Your bank asked for this money, so it is decided there."
    if not is_refundable_by_date(purchase):
        return f"A refund can be asked for within {settings.REFUND_DAYS} days of the purchase."
    return next((why for obstacle in OBSTACLES if (why := obstacle(user))), "")


def is_refundable_by_date(purchase: Purchase) -> bool:
    return timezone.now() <= refundable_until(purchase)


def refundable_until(purchase: Purchase) -> datetime:
    """The last moment at which the learner may ask for the money back."""
    return purchase.paid_at + timedelta(days=settings.REFUND_DAYS)


# --- Staff ------------------------------------------------------------------------------------------


def get_set_aside() -> QuerySet[WebhookEvent, Any]:
    """What a person must look at, newest first: events set aside, and wrong payments that no such event tells of."""
    events = WebhookEvent.objects.filter(status=WebhookEvent.Status.SET_ASIDE)
    told = events.filter(object_id=OuterRef("stripe_id"))
    unpaid = [CheckoutSession.PaymentStatus.UNPAID, CheckoutSession.PaymentStatus.FAILED]
    payments = CheckoutSession.objects.exclude(payment_status__in=unpaid)
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


# --- Who leaves -------------------------------------------------------------------------------------


def why_stay(user: User) -> list[str]:
    """Why an account cannot be deleted now: money that moves may still need its owner. Sentences for the owner."""
    reasons = []
    purchases = Purchase.objects.filter(session__user=user)
    if purchases.filter(refunds__status__in=Refund.UNDER_WAY).exists():
        reasons.append(
            _(
                "Money is on its way back to you. Once it is sent, which a mail tells you, you can delete the account. "
                "If the bank returns it, we need to reach you."
            )
        )
    pending = CheckoutSession.objects.filter(user=user, status=CheckoutSession.Status.COMPLETE)
    if pending.filter(payment_status=CheckoutSession.PaymentStatus.UNPAID).exists():
        reasons.append(
            _("A payment of yours is on its way. Wait until it has arrived or failed: it would open nothing.")
        )
    if purchases.filter(disputes__status__in=Dispute.UNDECIDED).exists():
        reasons.append(_("Your bank has asked for your money back. Wait until that is decided."))
    return reasons


def get_gifts_waiting(user: User) -> QuerySet[Gift]:
    """Gifts of this learner that are paid for and that nobody has accepted yet."""
    return Gift.objects.filter(
        session__user=user, session__purchase__isnull=False, accepted_at=None, taken_back_at=None
    )
