"""Rows for the tests of the screens, and what the log holds of them."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import User
from payments.models import CheckoutSession, Dispute, Purchase, Refund, WebhookEvent
from payments.services.fulfilment import settle_access

LIST = "/studio/payments/purchases/"
GRANTS = "/studio/payments/grants/"
EVENTS = "/studio/payments/events/"
RUNS = "/studio/payments/reconciliations/"
MONEY = "/studio/payments/money/"
WHY = {"because": "They asked on the telephone"}


def make_attempt(user: User | None, number: int = 1, **fields: object) -> CheckoutSession:
    now = timezone.now()
    defaults = {
        "user": user,
        "idempotency_key": uuid4(),
        "stripe_id": f"cs_test_{number}",
        "payment_intent": f"pi_{number}",
        "price": "price_1",
        "amount": 7900,
        "currency": "usd",
        "status": "complete",
        "payment_status": "paid",
        "created_at": now - timedelta(hours=number),
        "expires_at": now + timedelta(days=1),
    }
    return CheckoutSession.objects.create(**defaults | fields)


def make_purchase(user: User | None, number: int = 1, **fields: object) -> Purchase:
    session = make_attempt(user, number, is_gift=bool(fields.pop("is_gift", False)))
    defaults = {"session": session, "amount": 7900, "currency": "usd", "paid_at": timezone.now() - timedelta(minutes=9)}
    purchase = Purchase.objects.create(**defaults | fields)
    settle_access(purchase)
    return purchase


def make_refund(purchase: Purchase, **fields: object) -> Refund:
    defaults = {"amount": 2000, "currency": "usd", "status": "succeeded", "created_at": timezone.now()}
    return Refund.objects.create(purchase=purchase, idempotency_key=uuid4(), **defaults | fields)


def make_dispute(purchase: Purchase, **fields: object) -> Dispute:
    defaults = {"stripe_id": f"dp_{purchase.pk}", "amount": 7900, "currency": "usd", "status": "needs_response"}
    defaults |= {"reason": "fraudulent", "created_at": timezone.now()}
    return Dispute.objects.create(purchase=purchase, **defaults | fields)


def make_event(number: int = 1, **fields: object) -> WebhookEvent:
    now = timezone.now()
    defaults = {"stripe_id": f"evt_{number}", "type": "charge.refunded", "livemode": False, "created_at": now}
    defaults |= {"next_try_at": now, "status": "set-aside", "error": "UnknownReference: <b>nobody</b>"}
    return WebhookEvent.objects.create(**defaults | fields)


def address(purchase: Purchase, act: str = "") -> str:
    return f"{LIST}{purchase.session_id}/{act}"


def text_of(client, path: str) -> str:
    return client.get(path).content.decode()


def acts() -> list[tuple[str, str, object]]:
    """What the log holds of staff's acts: the act, by whom, and why."""
    rows = ModelLogEntry.objects.filter(action__startswith="payments.", user__isnull=False).order_by("pk")
    return [(row.action, row.user.email, row.data.get("reason")) for row in rows]
