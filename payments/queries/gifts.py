"""Gifts, as who gives and who accepts sees them."""

from enum import StrEnum

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from payments.models import CheckoutSession, Gift


class GiftState(StrEnum):
    """How far a gift came."""

    UNPAID = "unpaid"
    PENDING = "pending"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken-back"
    CLOSED = "closed"


def get_gift(token: str) -> Gift:
    """Whoever holds the token may look; accepting asks for more."""
    gift = Gift.objects.select_related("session__user", "session__purchase").filter(token=token).first()
    if gift is None:
        raise Http404
    return gift


def get_gifts_given(user: User) -> list[Gift]:
    """Newest first, without those whose payment never came."""
    now = timezone.now()
    lapsed = Q(session__status=CheckoutSession.Status.EXPIRED) | Q(
        session__status=CheckoutSession.Status.OPEN, session__expires_at__lte=now
    )
    failed = Q(session__payment_status=CheckoutSession.PaymentStatus.FAILED)
    own = Gift.objects.filter(session__user=user).exclude(lapsed | failed).order_by("-created_at", "-pk")
    related = own.select_related("session__purchase", "accepted_by")
    return list(related.prefetch_related("session__purchase__refunds", "session__purchase__disputes"))


def get_gift_for(user: User, gift_id: int) -> Gift:
    """One that the giver gave; nobody else's exists for them."""
    gift = Gift.objects.select_related("session__purchase").filter(pk=gift_id, session__user=user).first()
    if gift is None:
        raise Http404
    return gift


def get_gifts_accepted(user: User) -> QuerySet[Gift]:
    return Gift.objects.filter(accepted_by=user).select_related("session__user").order_by("-accepted_at")


def state_of_gift(gift: Gift) -> GiftState:
    purchase = getattr(gift.session, "purchase", None)
    if gift.taken_back_at:
        return GiftState.TAKEN_BACK
    if purchase is None:
        return GiftState.PENDING if gift.session.is_pending else GiftState.UNPAID
    if not purchase.stands:
        return GiftState.CLOSED
    return GiftState.ACCEPTED if gift.accepted_at else GiftState.WAITING


def owns_address(user: User, address: str) -> bool:
    """Whether it is the account's own, and was proven to be."""
    proven = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True)
    return user.email.lower() == address.lower() and proven.exists()


def mask_address(address: str) -> str:
    """Enough to know one's own by: a•••@example.org."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def get_gifts_waiting(user: User) -> QuerySet[Gift]:
    """Gifts of this learner that are paid for and that nobody has accepted yet."""
    return Gift.objects.filter(
        session__user=user, session__purchase__isnull=False, accepted_at=None, taken_back_at=None
    )
