"""What a learner without access waits for: their own money on its way, or a gift that waits for them."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Exists

from accounts.models import User
from payments.models import CheckoutSession, Gift


@dataclass(frozen=True)
class Waiting:
    """Either may be there: whoever has one of them has no reason to pay."""

    payment: CheckoutSession | None
    gift: Gift | None


def get_waiting(user: User) -> Waiting:
    """One query, and two more where a gift is there. A gift is shown to nobody but the proven owner of its address."""
    own = CheckoutSession.objects.filter(user=user, is_gift=False).pending()
    proven = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    gifts = Gift.objects.filter(Exists(proven), recipient=user.email.lower(), accepted_at=None, taken_back_at=None)
    either = own.values("pk").union(gifts.filter(session__purchase__isnull=False).values("session_id"))
    sessions = CheckoutSession.objects.filter(pk__in=either).select_related("gift", "purchase", "user")
    rows = list(sessions.prefetch_related("purchase__refunds", "purchase__disputes").order_by("created_at", "pk"))
    return Waiting(
        payment=next((row for row in rows if not row.is_gift), None),
        gift=next((row.gift for row in rows if row.is_gift and row.purchase.stands), None),
    )
