"""Two accounts of one person become one: what both paid, gave and were given is the one account's."""

from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from payments.models import CheckoutSession, Customer, Gift


@transaction.atomic
def take_over(*, user: User, other: User) -> dict[str, int]:
    """Money is not moved, and nothing is given back: whoever paid twice is for staff to decide."""
    leave_second_page(user, other)
    sessions = CheckoutSession.objects.filter(user=other).update(user=user)
    Gift.objects.filter(accepted_by=other).update(accepted_by=user)
    # Who proved both addresses may accept what waits for either.
    waiting = Gift.objects.filter(recipient__iexact=other.email, accepted_at=None, taken_back_at=None)
    waiting.update(recipient=user.email)
    if Customer.objects.filter(user=user).exists():
        # Stripe keeps its own of both; the name of the one that we drop stays in the log.
        for customer in Customer.objects.filter(user=other):
            log(user, "payments.drop_customer", data={"customer": customer.stripe_id})
            customer.delete()
    Customer.objects.filter(user=other).update(user=user)
    return {"checkouts": sessions}


def leave_second_page(user: User, other: User) -> None:
    """One open payment page a learner. Paid all the same, it counts, or goes back as paid twice (decision 20)."""
    mine = CheckoutSession.objects.filter(user=user, is_gift=False, status=CheckoutSession.Status.OPEN)
    if mine.exists():
        theirs = CheckoutSession.objects.filter(user=other, is_gift=False, status=CheckoutSession.Status.OPEN)
        theirs.update(status=CheckoutSession.Status.EXPIRED)
