from typing import Any

from allauth.account.signals import email_changed
from django.dispatch import receiver

from accounts.models import User
from core.enqueue import enqueue
from payments.models import Customer


@receiver(email_changed)
def tell_stripe(sender: type[User], user: User, **_: Any) -> None:
    """The row says what Stripe was told last, so a message that is lost is found by the sweep."""
    for customer_id in Customer.objects.filter(user=user).values_list("pk", flat=True):
        enqueue("payments.tasks.tell_email", customer_id)
