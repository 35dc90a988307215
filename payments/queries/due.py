"""What is due: rows whose task was lost, or whose next try has come."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from payments.models import Customer, Refund, WebhookEvent


def due_events(now: datetime) -> list[int]:
    """Events whose first task was lost, or whose next try is due."""
    due = WebhookEvent.objects.filter(status=WebhookEvent.Status.WAITING, next_try_at__lte=now)
    return list(due.order_by("next_try_at").values_list("pk", flat=True))


def due_refunds(now: datetime) -> list[int]:
    """Refunds that were ordered, and whose first task was lost or whose next try is due."""
    due = Refund.objects.filter(status=Refund.Status.ORDERED, next_try_at__lte=now)
    return list(due.order_by("next_try_at").values_list("pk", flat=True))


def outdated_customers(now: datetime) -> QuerySet[Customer]:
    """Those whose account has another address than Stripe was told, or whose address at Stripe nobody wrote down."""
    unlike = Customer.objects.exclude(email=F("user__email")).filter(user__deleted_at=None)
    return unlike.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
