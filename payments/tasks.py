from celery import shared_task
from django.utils import timezone

from payments import queries, services


@shared_task
def process_event(pk: int) -> None:
    services.process_event(pk=pk)


@shared_task
def send_receipt(pk: int) -> None:
    services.send_receipt(pk=pk)


@shared_task
def sweep_events() -> None:
    """Enqueue again what a lost message, a crash or a failure left behind."""
    now = timezone.now()
    for pk in queries.due_events(now):
        process_event.delay(pk)
    for pk in queries.due_receipts(now):
        send_receipt.delay(pk)
