"""Stripe's events: stored first, then a reason to look."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from core.enqueue import enqueue
from core.retry import MOST_ATTEMPTS, describe, wait_after
from payments import gateway
from payments.errors import ForeignSale, SetAside
from payments.models import WebhookEvent
from payments.services.fulfilment import fulfil, fulfil_payment

logger = logging.getLogger(__name__)


def fulfil_session_of(event: WebhookEvent) -> None:
    fulfil(session_id=event.object_id)


def fulfil_late_session_of(event: WebhookEvent) -> None:
    fulfil(session_id=event.object_id, arrived_at=event.created_at)


def fulfil_payment_of(event: WebhookEvent) -> None:
    fulfil_payment(payment_intent=event.payment_intent)


HANDLERS: dict[str, Callable[[WebhookEvent], None]] = {
    "checkout.session.completed": fulfil_session_of,
    "checkout.session.async_payment_succeeded": fulfil_late_session_of,
    "checkout.session.async_payment_failed": fulfil_session_of,
    "checkout.session.expired": fulfil_session_of,
    "charge.refunded": fulfil_payment_of,
    "refund.created": fulfil_payment_of,
    "refund.updated": fulfil_payment_of,
    "refund.failed": fulfil_payment_of,
    "charge.refund.updated": fulfil_payment_of,
    "charge.dispute.created": fulfil_payment_of,
    "charge.dispute.updated": fulfil_payment_of,
    "charge.dispute.closed": fulfil_payment_of,
    "charge.dispute.funds_withdrawn": fulfil_payment_of,
    "charge.dispute.funds_reinstated": fulfil_payment_of,
}


@transaction.atomic
def record_event(*, event: gateway.Event) -> bool:
    """Store what Stripe told and see to its processing. Returns False where it was told before."""
    now = timezone.now()
    is_ours = event.type in HANDLERS and event.livemode == gateway.is_live()
    row, created = WebhookEvent.objects.get_or_create(
        stripe_id=event.id,
        defaults={
            "type": event.type,
            "object_id": event.object_id,
            "payment_intent": event.payment_intent,
            "livemode": event.livemode,
            "created_at": event.created_at,
            "received_at": now,
            "status": WebhookEvent.Status.WAITING if is_ours else WebhookEvent.Status.IGNORED,
            "next_try_at": now,
        },
    )
    if created and is_ours:
        # Without a broker the row still stands, and the sweep finds it.
        enqueue("payments.tasks.process_event", row.pk)
    return created


def process_event(*, pk: int) -> None:
    """Do what the event asks for. A failure stays on the row, and the sweep tries again."""
    if not claim_event(pk, timezone.now()):
        return
    event = WebhookEvent.objects.get(pk=pk)
    try:
        HANDLERS[event.type](event)
    except ForeignSale:
        finish(event, WebhookEvent.Status.IGNORED, "")
    except SetAside as error:
        set_aside(event, error)
    # Whatever else fails may be over in a minute: the network, Stripe, the database.
    except Exception as error:
        keep_error(event, error)
    else:
        finish(event, WebhookEvent.Status.DONE, "")


def claim_event(pk: int, now: datetime) -> bool:
    """Whether this try is ours: of several workers one gets the row, until its next try is due."""
    due = WebhookEvent.objects.filter(pk=pk, status=WebhookEvent.Status.WAITING, next_try_at__lte=now)
    attempts = due.values_list("attempts", flat=True).first()
    if attempts is None:
        return False
    return bool(due.update(attempts=attempts + 1, next_try_at=now + wait_after(attempts)))


def keep_error(event: WebhookEvent, error: Exception) -> None:
    logger.warning("%s failed, try %d: %s", event, event.attempts, error)
    if event.attempts >= MOST_ATTEMPTS:
        set_aside(event, error)
        return
    WebhookEvent.objects.filter(pk=event.pk).update(error=describe(error))


def set_aside(event: WebhookEvent, error: Exception) -> None:
    logger.error("%s needs a person: %s", event, error)
    finish(event, WebhookEvent.Status.SET_ASIDE, describe(error))
    log(event, "payments.set_aside", data={"error": describe(error)})


def finish(event: WebhookEvent, status: WebhookEvent.Status, error: str) -> None:
    WebhookEvent.objects.filter(pk=event.pk).update(status=status, error=error, processed_at=timezone.now())
