"""From what Stripe says about a session to what the learner may do."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mails import queue_mail
from accounts.models import User
from accounts.services import grant_access, revoke_access
from payments import gateway
from payments.emails import RECEIPT
from payments.models import CheckoutSession, Purchase, Refund

# Two readers may store what they fetched in the other order: a fact only ever moves forward.
SESSION_RANK: dict[str, int] = {"open": 1, "expired": 2, "complete": 3}
REFUND_RANK: dict[str, int] = {"pending": 1, "requires_action": 2, "succeeded": 3, "canceled": 4, "failed": 5}
PAID = frozenset([CheckoutSession.PaymentStatus.PAID, CheckoutSession.PaymentStatus.NO_PAYMENT_REQUIRED])


class SetAside(Exception):
    """Nothing that a machine may decide: a person has to look."""


class UnknownReference(SetAside):
    """No attempt of a learner of ours belongs to it."""


class WrongPayment(SetAside):
    """What was paid is not what was offered."""


def fulfil(*, session_id: str) -> CheckoutSession:
    """Ask Stripe what became of the session, store it, and open or close access by it.

    For the webhook, the return page and the sweep alike: any number of times, at the same moment, in any order.
    """
    fact = gateway.retrieve_checkout_session(session_id)
    refunds = gateway.list_refunds(fact.payment_intent) if fact.payment_intent else []
    with transaction.atomic():
        user, session = lock_session(fact)
        store_session(session, fact)
        mismatch = find_mismatch(session, fact)
        if not mismatch and session.payment_status in PAID:
            purchase = store_purchase(session, fact)
            store_refunds(purchase, refunds)
            if user:
                settle_access(user, purchase)
    # The money's story is kept; what follows from it is for a person.
    if mismatch:
        raise WrongPayment(mismatch)
    if user is None:
        raise UnknownReference(f"The learner of {fact.id} is deleted.")
    return session


def fulfil_payment(*, payment_intent: str) -> CheckoutSession:
    """The same, where only the payment is known: a charge or a refund was reported."""
    if not payment_intent:
        raise UnknownReference("There is no payment behind it.")
    known = CheckoutSession.objects.filter(payment_intent=payment_intent).values_list("stripe_id", flat=True).first()
    session_id = known or gateway.find_session_id(payment_intent)
    if session_id is None:
        raise UnknownReference(f"No checkout session belongs to {payment_intent}.")
    return fulfil(session_id=session_id)


def lock_session(fact: gateway.Session) -> tuple[User | None, CheckoutSession]:
    """The learner, locked first, unless deleted; and our attempt behind the vendor's session."""
    try:
        session = CheckoutSession.objects.get(idempotency_key=UUID(fact.reference))
    except (ValueError, CheckoutSession.DoesNotExist):
        raise UnknownReference(f"{fact.id} refers to no attempt of ours: {fact.reference!r}.") from None
    learners = User.objects.select_for_update(no_key=True)
    user = learners.filter(pk=session.user_id).first() if session.user_id else None
    return user, CheckoutSession.objects.select_for_update().get(pk=session.pk)


def store_session(session: CheckoutSession, fact: gateway.Session) -> None:
    session.stripe_id = fact.id
    session.payment_intent = fact.payment_intent or session.payment_intent
    session.status = max(session.status, fact.status, key=SESSION_RANK.__getitem__)
    if fact.payment_status in PAID:
        session.payment_status = fact.payment_status
    session.url = fact.url
    session.expires_at = fact.expires_at
    session.save(update_fields=["stripe_id", "payment_intent", "status", "payment_status", "url", "expires_at"])


def find_mismatch(session: CheckoutSession, fact: gateway.Session) -> str:
    """How the vendor's session differs from what was offered; empty when it does not."""
    offered = (session.amount, session.currency, (session.price,))
    found = (fact.subtotal, fact.currency, fact.prices)
    return "" if offered == found else f"{fact.id} was offered as {offered}, and Stripe has {found}."


def store_purchase(session: CheckoutSession, fact: gateway.Session) -> Purchase:
    now = timezone.now()
    purchase, created = Purchase.objects.get_or_create(
        session=session,
        defaults={"amount": fact.total, "currency": fact.currency, "paid_at": fact.paid_at or now},
    )
    if created:
        log(purchase, "payments.purchase", data={"user": session.user_id, "amount": fact.total})
    return purchase


def store_refunds(purchase: Purchase, facts: Iterable[gateway.Refund]) -> None:
    for fact in facts:
        refund, created = Refund.objects.get_or_create(
            stripe_id=fact.id,
            defaults={
                "purchase": purchase,
                "amount": fact.amount,
                "currency": fact.currency,
                "status": fact.status,
                "created_at": fact.created_at,
            },
        )
        status = max(refund.status, fact.status, key=REFUND_RANK.__getitem__)
        if created or status != refund.status:
            refund.status = status
            refund.save(update_fields=["status"])
            log(refund, "payments.refund", data={"user": purchase.session.user_id, "status": status})


def settle_access(user: User, purchase: Purchase) -> None:
    """Let access say what the purchase and its refunds say."""
    reference = str(purchase.session)
    if not purchase.stands:
        revoke_access(source="purchase", reference=reference, reason="refunded in full")
        return
    if grant_access(user=user, source="purchase", reference=reference):
        queue_mail(kind=RECEIPT, reference=str(purchase.pk), to=user.email, user=user)
