from celery import shared_task
from django.utils import timezone

from payments.queries.due import due_events, due_refunds, outdated_customers
from payments.services import customers, events, gifts, reconciliation, refunds

# Told in one sweep: Stripe takes some hundred calls a second from all of us.
MOST_CUSTOMERS = 100


@shared_task
def process_event(pk: int) -> None:
    events.process_event(pk=pk)


@shared_task
def send_refund(refund_id: int) -> None:
    refunds.send_refund(refund_id=refund_id)


@shared_task
def sweep_refunds() -> None:
    """Ask again for what was ordered and not yet given back."""
    for refund_id in due_refunds(timezone.now()):
        send_refund.delay(refund_id)


@shared_task
def return_old_gifts() -> None:
    gifts.return_old_gifts()


@shared_task
def reconcile() -> None:
    """Twice an hour: what Stripe says, what we keep and what is open agree again."""
    reconciliation.reconcile()


@shared_task
def sweep_events() -> None:
    """Enqueue again what a lost message, a crash or a failure left behind."""
    for pk in due_events(timezone.now()):
        process_event.delay(pk)


@shared_task
def tell_email(customer_id: int) -> None:
    customers.tell_email(customer_id=customer_id)


@shared_task
def sweep_customers() -> None:
    """Tell Stripe of addresses that changed here, whoever changed them: the owner, an undo, staff."""
    for customer_id in outdated_customers(timezone.now()).order_by("pk").values_list("pk", flat=True)[:MOST_CUSTOMERS]:
        tell_email.delay(customer_id)
