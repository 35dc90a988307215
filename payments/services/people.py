"""Who leaves. What was paid is a record of the books: it stays, and says no longer who paid."""

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from payments.models import BillingDetails, Gift

# Where an address has to stand and none may be known. RFC 2606 keeps .invalid free of mail.
NO_ADDRESS = "deleted-account@academy.invalid"


@transaction.atomic
def forget_person(*, user: User) -> None:
    """Addresses and words of gifts go, but for a gift that still waits: it is its recipient's to accept.

    The links between money and learner are cut with the account.
    """
    BillingDetails.objects.filter(purchase__session__user=user).delete()
    settled = Q(accepted_at__isnull=False) | Q(taken_back_at__isnull=False)
    given = Gift.objects.filter(session__user=user)
    given.filter(settled | Q(session__purchase=None)).update(message="", recipient=NO_ADDRESS)
    Gift.objects.filter(accepted_by=user).update(recipient=NO_ADDRESS, message="")
