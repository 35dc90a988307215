from celery import shared_task
from django.utils import timezone

from payments import queries, services


@shared_task
def process_event(pk: int) -> None:
    services.process_event(pk=pk)


@shared_task
def sweep_events() -> None:
    """Enqueue again what a lost message, a crash or a failure left behind."""
    for pk in queries.due_events(timezone.now()):
        process_event.delay(pk)
