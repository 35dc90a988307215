from datetime import timedelta

from django.utils import timezone

from payments.emails import send_receipt_email
from payments.models import Purchase

# After this long a mail that was begun and never finished is sent by someone else.
CLAIM = timedelta(minutes=10)


def send_receipt(*, pk: int) -> bool:
    """Mail the receipt, once. Returns False where it is not due. A mail that fails is due again after CLAIM."""
    now = timezone.now()
    claimed = Purchase.objects.filter(pk=pk, receipt_due_at__lte=now).update(receipt_due_at=now + CLAIM)
    if not claimed:
        return False
    send_receipt_email(Purchase.objects.select_related("session__user").get(pk=pk))
    Purchase.objects.filter(pk=pk).update(receipt_due_at=None, receipt_sent_at=timezone.now())
    return True
