"""The learner as Stripe knows them: made with the first checkout, and told of another e-mail address."""

import logging

from django.utils import timezone

from accounts.models import User
from core.retry import wait_after
from payments import gateway
from payments.models import Customer
from payments.queries.due import outdated_customers

logger = logging.getLogger(__name__)


def ensure_customer(*, user: User, idempotency_key: str) -> str:
    known = Customer.objects.filter(user=user).first()
    if known:
        return known.stripe_id
    stripe_id = gateway.create_customer(
        email=user.email, name=user.name, reference=str(user.pk), idempotency_key=idempotency_key
    )
    customer, _ = Customer.objects.get_or_create(user=user, defaults={"stripe_id": stripe_id, "email": user.email})
    return customer.stripe_id


def tell_email(*, customer_id: int) -> bool:
    """Tell Stripe the address that the account has now. Of any number of workers one tells. Returns whether it did."""
    now = timezone.now()
    customer = outdated_customers(now).select_related("user").filter(pk=customer_id).first()
    if customer is None:
        return False
    mine = Customer.objects.filter(pk=customer_id, attempts=customer.attempts, next_try_at=customer.next_try_at)
    if not mine.update(attempts=customer.attempts + 1, next_try_at=now + wait_after(customer.attempts)):
        return False
    email = customer.user.email
    try:
        gateway.change_email(customer=customer.stripe_id, email=email)
    except gateway.Missing:
        # The next checkout makes another.
        customer.delete()
        return False
    except gateway.GatewayError as error:
        logger.warning("Stripe was not told the address of %s, try %d: %s", customer, customer.attempts + 1, error)
        return False
    Customer.objects.filter(pk=customer_id).update(email=email, attempts=0, next_try_at=None)
    return True
