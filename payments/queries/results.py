"""What became of each attempt to buy, as its owner sees it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from payments.models import CheckoutSession, Dispute, Gift, Purchase, Refund
from payments.money import format_money
from payments.queries.refunds import is_refundable_by_date


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
    def is_free(self) -> bool:
        """A code took everything off."""
        return self.purchase is not None and self.purchase.is_free

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
