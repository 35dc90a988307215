"""From the price to the hosted page."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.queries import has_access
from payments import gateway
from payments.errors import AlreadyPaid, PaymentPending
from payments.models import CheckoutSession, Customer
from payments.services.customers import ensure_customer
from payments.services.fulfilment import fulfil

# As long as Stripe keeps an idempotency key, and a session open.
ATTEMPT_LIFETIME = timedelta(hours=24)


def start_checkout(*, user: User) -> str:
    """The address of the hosted page where the learner pays.

    A learner has one open session: another tab or another click comes to the same page.
    """
    refuse_second_purchase(user)
    mine = CheckoutSession.objects.filter(user=user, is_gift=False)
    session = mine.filter(status=CheckoutSession.Status.OPEN).first()
    if session and session.stripe_id:
        # Only Stripe knows whether it is still open, or was paid meanwhile.
        session = ask_stripe(session)
        refuse_second_purchase(user)
    if not (session and session.is_open and session.url):
        session = open_session(user=user, price=gateway.find_price())
    try:
        return session.url or create_at_stripe(session=session, user=user)
    except gateway.Missing as error:
        if error.param != "customer":
            raise
    # The customer is forgotten and the attempt ended with its keys, which would bring the same refusal.
    session = open_session(user=user, price=session.price)
    return session.url or create_at_stripe(session=session, user=user)


def ask_stripe(session: CheckoutSession) -> CheckoutSession | None:
    """The session as it is now. One that Stripe does not know cannot be paid: it ends, and None is returned."""
    try:
        return fulfil(session_id=str(session))
    except gateway.Missing:
        mine = CheckoutSession.objects.filter(pk=session.pk, status=CheckoutSession.Status.OPEN)
        mine.update(status=CheckoutSession.Status.EXPIRED)
        return None


def refuse_second_purchase(user: User) -> None:
    if has_access(user):
        raise AlreadyPaid
    pending = CheckoutSession.objects.filter(user=user, is_gift=False).pending().first()
    if pending and (session := ask_stripe(pending)) and session.is_pending:
        raise PaymentPending
    if pending and has_access(user):
        raise AlreadyPaid


@transaction.atomic
def open_session(*, user: User, price: str) -> CheckoutSession:
    """The learner's open attempt, or a new one. What was never created at Stripe ends with its key."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    mine = CheckoutSession.objects.filter(user=user, is_gift=False, status=CheckoutSession.Status.OPEN)
    mine.filter(stripe_id=None, expires_at__lte=timezone.now()).update(status=CheckoutSession.Status.EXPIRED)
    return mine.first() or new_session(user=user, price=price, is_gift=False)


def new_session(*, user: User, price: str, is_gift: bool) -> CheckoutSession:
    now = timezone.now()
    return CheckoutSession.objects.create(
        user=user,
        is_gift=is_gift,
        idempotency_key=uuid4(),
        price=price,
        amount=settings.PRICE_AMOUNT,
        currency=settings.PRICE_CURRENCY,
        created_at=now,
        expires_at=now + ATTEMPT_LIFETIME,
    )


def create_at_stripe(*, session: CheckoutSession, user: User) -> str:
    """Ask for the hosted page. Repeated after a lost answer, it brings the same page."""
    key = str(session.idempotency_key)
    origin = reverse("payments:gifts" if session.is_gift else "payments:pricing")
    done = f"{settings.SITE_URL}{reverse('payments:payment_return')}"
    customer = ""
    try:
        customer = ensure_customer(user=user, idempotency_key=f"{key}-customer")
        fact = gateway.create_checkout_session(
            idempotency_key=key,
            customer=customer,
            price=session.price,
            success_url=f"{done}?session_id={{CHECKOUT_SESSION_ID}}",
            cancel_url=f"{settings.SITE_URL}{origin}?canceled=1",
        )
    except gateway.Refused as error:
        # A definite no: the next attempt gets a key of its own. What another tab has opened meanwhile stays open.
        unopened = CheckoutSession.objects.filter(pk=session.pk, stripe_id=None)
        unopened.update(status=CheckoutSession.Status.EXPIRED)
        if isinstance(error, gateway.Missing) and error.param == "customer":
            Customer.objects.filter(stripe_id=customer).delete()
        raise
    CheckoutSession.objects.filter(pk=session.pk).update(stripe_id=fact.id, url=fact.url, expires_at=fact.expires_at)
    return fact.url
