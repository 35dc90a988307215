"""Compares what Stripe says, what we keep and what is open; mends what it can and tells staff what it found.

Webhooks may be lost for days, and some events are never made. Run twice, it changes nothing the second time.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.mail.emails import build_email
from accounts.mail.services import queue_notice
from accounts.models import AccessGrant
from payments import gateway
from payments.errors import SetAside
from payments.models import PAID_SOURCES, CheckoutSession, Purchase, Reconciliation, WebhookEvent
from payments.services.events import HANDLERS, process_event, record_event
from payments.services.fulfilment import fulfil, get_holder, settle_access
from payments.services.orders import lock_purchase

logger = logging.getLogger(__name__)

# As far back as Stripe keeps events.
EVENTS_KEPT = timedelta(days=30)
# What was made just before the last run may have been told after it.
OVERLAP = timedelta(hours=1)
# A webhook that is merely slow is not missed yet.
PATIENCE = timedelta(minutes=5)


def reconcile() -> Reconciliation:
    """One run. Raises GatewayError where Stripe cannot be asked; the next run then begins where this one began."""
    run = Reconciliation.objects.create(started_at=timezone.now())
    last = Reconciliation.objects.exclude(finished_at=None).first()
    found = [*ask_about_sessions(run.started_at), *ask_about_events(last, run.started_at), *compare_access()]
    finished_at = timezone.now()
    found += tell_of_set_aside(last, finished_at)
    with transaction.atomic():
        run.found, run.finished_at = found, finished_at
        run.save()
        if found:
            logger.warning("Money and access disagreed in %d cases", len(found))
            queue_notice(
                message=build_email(
                    template="payments/email/reconciliation", to=settings.CONTACT_EMAIL, context={"run": run}
                )
            )
    return run


def ask_about_sessions(now: datetime) -> Iterator[str]:
    """Those that are open here, or whose money is on its way, as Stripe has them."""
    undecided = Q(status=CheckoutSession.Status.OPEN) | Q(
        status=CheckoutSession.Status.COMPLETE, payment_status=CheckoutSession.PaymentStatus.UNPAID
    )
    rows = CheckoutSession.objects.filter(undecided, created_at__lt=now - PATIENCE).exclude(stripe_id=None)
    for before in rows.order_by("pk").iterator(chunk_size=100):
        try:
            after = fulfil(session_id=str(before))
        except gateway.Missing:
            mine = CheckoutSession.objects.filter(pk=before.pk, status=CheckoutSession.Status.OPEN)
            if mine.update(status=CheckoutSession.Status.EXPIRED):
                yield f"Stripe does not know the session {before}, which was open here. It is closed now."
        except SetAside as problem:
            # Staff hear of it when money moved, and not every half hour while the page stays open.
            if CheckoutSession.objects.get(pk=before.pk).payment_status != before.payment_status:
                yield f"{problem}"
        except gateway.GatewayError:
            raise
        except Exception as error:
            # One that cannot be stored holds back no other.
            logger.exception("%s could not be asked about", before)
            yield f"{before} could not be asked about: {type(error).__name__}."
        else:
            if after.payment_status != before.payment_status:
                yield f"{after} is {after.payment_status}, and no event had told so. It is stored now."
    unopened = CheckoutSession.objects.filter(status=CheckoutSession.Status.OPEN, stripe_id=None, expires_at__lt=now)
    unopened.update(status=CheckoutSession.Status.EXPIRED)


def tell_of_set_aside(last: Reconciliation | None, until: datetime) -> Iterator[str]:
    """What was set aside since the last run: paid otherwise than offered, or for nobody whom we know."""
    events = WebhookEvent.objects.filter(status=WebhookEvent.Status.SET_ASIDE, processed_at__lte=until)
    if last and last.finished_at:
        events = events.filter(processed_at__gt=last.finished_at)
    for event in events.order_by("pk"):
        yield f"{event} was set aside: {event.error}"


def ask_about_events(last: Reconciliation | None, now: datetime) -> Iterator[str]:
    """Those that Stripe made and that never arrived, since the last run that came to its end."""
    since = max(last.started_at - OVERLAP, now - EVENTS_KEPT) if last else now - EVENTS_KEPT
    for event in gateway.list_events(since=since, types=HANDLERS):
        if event.created_at > now - PATIENCE or event.livemode != gateway.is_live():
            continue
        if record_event(event=event):
            row = WebhookEvent.objects.get(stripe_id=event.id)
            process_event(pk=row.pk)
            row.refresh_from_db()
            became = "It is processed now." if row.status == WebhookEvent.Status.DONE else f"It failed: {row.error}"
            # What was set aside is told by itself, and another shop's sale is nobody's news.
            if row.status in (WebhookEvent.Status.DONE, WebhookEvent.Status.WAITING):
                yield f"{row} had not arrived. {became}"


def compare_access() -> Iterator[str]:
    """Every purchase with the access that it should give."""
    standing = set(AccessGrant.objects.active().filter(source__in=PAID_SOURCES).values_list("source", "reference"))
    purchases = Purchase.objects.select_related("session__user", "session__gift__accepted_by")
    purchases = purchases.prefetch_related("refunds", "disputes")
    for purchase in purchases.order_by("pk").iterator(chunk_size=500):
        is_open = (purchase.session.source, str(purchase.session)) in standing
        should_be_open = purchase.stands and get_holder(purchase) is not None
        if is_open == should_be_open:
            continue
        with transaction.atomic():
            changed = settle_access(lock_purchase(purchase.pk))
        if changed:
            told = "was closed" if purchase.stands else "was still open"
            yield f"What {purchase} paid for {told}. It is mended now."
