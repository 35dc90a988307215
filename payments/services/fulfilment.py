"""From what Stripe says about a session to what the learner may do."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mail.services import queue_mail
from accounts.models import AccessGrant, AccessSource, User
from accounts.services import grant_access, revoke_access
from payments import gateway
from payments.errors import ForeignSale, UnknownReference, WrongPayment
from payments.mails import GIFT, RECEIPT, REFUND, REFUND_FAILED
from payments.models import PAID_SOURCES, CheckoutSession, Dispute, Gift, Purchase, Refund
from payments.services.orders import lock_checkout, order_refund_of_second_payment

# Two readers may store what they fetched in the other order: a fact only ever moves forward.
SESSION_RANK: dict[str, int] = {
    CheckoutSession.Status.OPEN: 1,
    CheckoutSession.Status.EXPIRED: 2,
    CheckoutSession.Status.COMPLETE: 3,
}
PAYMENT_RANK: dict[str, int] = {
    CheckoutSession.PaymentStatus.UNPAID: 1,
    CheckoutSession.PaymentStatus.FAILED: 2,
    CheckoutSession.PaymentStatus.PAID: 3,
    CheckoutSession.PaymentStatus.NO_PAYMENT_REQUIRED: 3,
}
REFUND_RANK: dict[str, int] = {
    Refund.Status.ORDERED: 0,
    Refund.Status.REFUSED: 0,
    Refund.Status.PENDING: 1,
    Refund.Status.REQUIRES_ACTION: 2,
    Refund.Status.SUCCEEDED: 3,
    Refund.Status.CANCELED: 4,
    Refund.Status.FAILED: 5,
}
DISPUTE_RANK: dict[str, int] = {
    Dispute.Status.WARNING_NEEDS_RESPONSE: 1,
    Dispute.Status.WARNING_UNDER_REVIEW: 2,
    Dispute.Status.WARNING_CLOSED: 3,
    Dispute.Status.NEEDS_RESPONSE: 4,
    Dispute.Status.UNDER_REVIEW: 5,
    Dispute.Status.WON: 6,
    Dispute.Status.LOST: 6,
    Dispute.Status.PREVENTED: 6,
}
PAID = frozenset([CheckoutSession.PaymentStatus.PAID, CheckoutSession.PaymentStatus.NO_PAYMENT_REQUIRED])


def fulfil(*, session_id: str, arrived_at: datetime | None = None) -> CheckoutSession:
    """Ask Stripe what became of the session, store it, and open or close access by it.

    For the webhook, the return page and the sweep alike: any number of times, at the same moment, in any order.
    `arrived_at` is when a payment that took days came to its end, where an event tells it.
    """
    fact = gateway.retrieve_checkout_session(session_id)
    refunds = gateway.list_refunds(fact.payment_intent) if fact.payment_intent else []
    disputes = gateway.list_disputes(fact.payment_intent) if fact.payment_intent else []
    with transaction.atomic():
        user, session = lock_session(fact)
        was_pending = session.is_pending
        store_session(session, fact)
        mismatch = find_mismatch(session, fact)
        if not mismatch and session.payment_status in PAID:
            purchase, is_new = store_purchase(session, fact, when_paid(fact, arrived_at, was_pending))
            store_refunds(purchase, refunds)
            store_disputes(purchase, disputes)
            is_earned = purchase.stands
            settle_access(purchase)
            if is_new and user and is_earned:
                send_papers(user, purchase)
    # The money's story is kept; what follows from it is for a person.
    if mismatch:
        raise WrongPayment(mismatch)
    if user is None:
        raise UnknownReference(f"The learner of {fact.id} is deleted.")
    return session


def fulfil_payment(*, payment_intent: str) -> CheckoutSession:
    """The same, where only the payment is known: a charge or a refund was reported."""
    if not payment_intent:
        raise ForeignSale("There is no payment behind it.")
    known = CheckoutSession.objects.filter(payment_intent=payment_intent).values_list("stripe_id", flat=True).first()
    session_id = known or gateway.find_session_id(payment_intent)
    if session_id is None:
        raise ForeignSale(f"No checkout session belongs to {payment_intent}.")
    return fulfil(session_id=session_id)


def lock_session(fact: gateway.Session) -> tuple[User | None, CheckoutSession]:
    """The learner, unless deleted, and our attempt behind the vendor's session; both locked."""
    try:
        session = CheckoutSession.objects.get(idempotency_key=UUID(fact.reference))
    except (ValueError, CheckoutSession.DoesNotExist):
        if fact.is_ours:
            raise UnknownReference(f"{fact.id} refers to no attempt of ours: {fact.reference!r}.") from None
        raise ForeignSale(f"{fact.id} is no sale of ours: {fact.reference!r}.") from None
    # Whoever left while we waited for the lock has no session any more, though their row may stay.
    session = lock_checkout(session.pk)
    return session.user, session


def store_session(session: CheckoutSession, fact: gateway.Session) -> None:
    session.stripe_id = fact.id
    session.payment_intent = fact.payment_intent or session.payment_intent
    session.status = max(session.status, fact.status, key=SESSION_RANK.__getitem__)
    told = CheckoutSession.PaymentStatus.FAILED if fact.has_failed else fact.payment_status
    session.payment_status = max(session.payment_status, told, key=PAYMENT_RANK.__getitem__)
    session.url = fact.url
    session.expires_at = fact.expires_at
    session.save(update_fields=["stripe_id", "payment_intent", "status", "payment_status", "url", "expires_at"])


def find_mismatch(session: CheckoutSession, fact: gateway.Session) -> str:
    """How the vendor's session differs from what was offered; empty when it does not."""
    offered = (session.amount, session.currency, (session.price,))
    found = (fact.subtotal, fact.currency, fact.prices)
    return "" if offered == found else f"{fact.id} was offered as {offered}, and Stripe has {found}."


def when_paid(fact: gateway.Session, arrived_at: datetime | None, was_pending: bool) -> datetime:
    """When the money was here, and not when a bank began to send it: from then on a refund can be asked for."""
    now = timezone.now()
    unsaid = now if was_pending or fact.charged_at is None else fact.charged_at
    return arrived_at or fact.paid_at or unsaid


def store_purchase(session: CheckoutSession, fact: gateway.Session, paid_at: datetime) -> tuple[Purchase, bool]:
    purchase, created = Purchase.objects.get_or_create(
        session=session,
        defaults={
            "amount": fact.total,
            "discount": fact.discount,
            "tax": fact.tax,
            "currency": fact.currency,
            "paid_at": paid_at,
        },
    )
    if created:
        log(purchase, "payments.purchase", data={"user": session.user_id, "amount": fact.total})
    return purchase, created


def store_refunds(purchase: Purchase, facts: Iterable[gateway.Refund]) -> None:
    for fact in facts:
        known = Refund.objects.filter(stripe_id=fact.id).first()
        # One that we ordered comes back with the order's name, sometimes before our own call has its answer.
        ordered = purchase.refunds.exclude(idempotency_key=None).filter(idempotency_key=as_uuid(fact.order)).first()
        refund = known or ordered or Refund(purchase=purchase, status=Refund.Status.ORDERED)
        status = max(refund.status, fact.status, key=lambda status: REFUND_RANK.get(status, 0))
        if known and status == known.status:
            continue
        refund.stripe_id, refund.status, refund.problem = fact.id, status, ""
        refund.amount, refund.currency, refund.created_at = fact.amount, fact.currency, fact.created_at
        refund.save()
        log(refund, "payments.refund", data={"user": purchase.session.user_id, "status": status})
        tell_of_refund(refund)


def tell_of_refund(refund: Refund) -> None:
    """One mail for each refund that we ordered and Stripe took, whoever hears of it first, and one if it then fails."""
    # Who paid twice was told already, and keeps their access.
    is_ours = refund.idempotency_key and refund.reason != Refund.Reason.PAID_TWICE
    user = refund.purchase.session.user
    if is_ours and user:
        kind = REFUND_FAILED if refund.status in Refund.LOST else REFUND
        queue_mail(kind=kind, reference=str(refund.pk), to=user.email, user=user)


def as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def store_disputes(purchase: Purchase, facts: Iterable[gateway.Dispute]) -> None:
    for fact in facts:
        dispute = Dispute.objects.filter(stripe_id=fact.id).first()
        if dispute and (
            dispute.status == fact.status or DISPUTE_RANK.get(dispute.status, 0) > DISPUTE_RANK.get(fact.status, 0)
        ):
            continue
        dispute = dispute or Dispute(purchase=purchase, stripe_id=fact.id, created_at=fact.created_at)
        dispute.status, dispute.reason, dispute.respond_by = fact.status, fact.reason, fact.respond_by
        dispute.amount, dispute.currency = fact.amount, fact.currency
        dispute.save()
        log(dispute, "payments.dispute", data={"user": purchase.session.user_id, "status": fact.status})


def settle_access(purchase: Purchase) -> bool:
    """Let access say what the purchase says. Returns whether anything had to change. Wants its session locked.

    Where one closes, whatever else stands for the same learner opens in its place, in the same transaction.
    """
    reference = str(purchase.session)
    source = purchase.session.source
    holder = get_holder(purchase)
    if why := purchase.why_closed:
        is_closed = revoke_access(source=source, reference=reference, reason=why)
        if is_closed and holder:
            settle_others(holder)
        return is_closed
    if holder is None:
        return False
    if source == AccessSource.PURCHASE and opens_nothing_more(holder, reference):
        order_refund_of_second_payment(purchase)
        return False
    return grant_access(user=holder, source=source, reference=reference)


def settle_others(holder: User) -> None:
    """What the learner paid or accepted beside what was just closed, and did not need until then: the oldest first."""
    own, accepted = Q(session__user=holder, session__is_gift=False), Q(session__gift__accepted_by=holder)
    purchases = Purchase.objects.filter(own | accepted).select_related("session__user", "session__gift__accepted_by")
    for purchase in purchases.prefetch_related("refunds", "disputes").order_by("paid_at", "pk"):
        if purchase.stands:
            settle_access(purchase)


def get_holder(purchase: Purchase) -> User | None:
    """Whom it opens the courses to: the payer, or whoever accepted the gift; nobody before, or once deleted."""
    if not purchase.session.is_gift:
        return purchase.session.user
    gift: Gift | None = getattr(purchase.session, "gift", None)
    return gift.accepted_by if gift else None


def opens_nothing_more(user: User, reference: str) -> bool:
    """Whether another payment, a gift's too, opens everything to the learner already: they paid twice."""
    standing = AccessGrant.objects.active().filter(user=user, source__in=PAID_SOURCES)
    references = set(standing.values_list("reference", flat=True))
    return bool(references) and reference not in references


def send_papers(user: User, purchase: Purchase) -> None:
    queue_mail(kind=RECEIPT, reference=str(purchase.pk), to=user.email, user=user)
    if purchase.session.is_gift:
        gift = purchase.session.gift
        queue_mail(kind=GIFT, reference=f"{gift.pk}-{gift.token[:8]}", to=gift.recipient)
