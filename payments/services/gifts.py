"""Access for a colleague: paid for by one, accepted once by another, or taken back."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.mail.services import queue_mail
from accounts.models import Mail, User
from accounts.queries import has_access
from payments import gateway
from payments.errors import NoGift
from payments.mails import GIFT, GIFT_ACCEPTED, GIFT_RETURNED
from payments.models import CheckoutSession, Gift, Purchase, Refund
from payments.queries.gifts import GiftState, owns_address, state_of_gift
from payments.services.checkout import create_at_stripe, new_session
from payments.services.fulfilment import settle_access
from payments.services.orders import order_refund

logger = logging.getLogger(__name__)


def give(*, user: User, recipient: str, message: str) -> str:
    """The address of the hosted page where the giver pays. The same gift, asked for again, is the same page."""
    if recipient.lower() == user.email:
        raise NoGift(gettext("That is your own address. To open the courses for yourself, go back to the price."))
    session = open_gift(user=user, recipient=recipient.lower(), message=message, price=gateway.find_price())
    return session.url or create_at_stripe(session=session, user=user)


@transaction.atomic
def open_gift(*, user: User, recipient: str, message: str, price: str) -> CheckoutSession:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = timezone.now()
    mine = CheckoutSession.objects.filter(user=user, is_gift=True, status=CheckoutSession.Status.OPEN)
    known = mine.filter(gift__recipient=recipient, gift__message=message, expires_at__gt=now).first()
    if known:
        return known
    refuse_second_gift(user, recipient)
    session = new_session(user=user, price=price, is_gift=True)
    Gift.objects.create(session=session, recipient=recipient, message=message)
    return session


def refuse_second_gift(user: User, recipient: str) -> None:
    """A gift opens the courses to one person, once: another for the same address would be paid for nothing."""
    paid = Gift.objects.filter(session__user=user, session__status=CheckoutSession.Status.COMPLETE)
    for gift in paid.filter(recipient=recipient).select_related("session__purchase"):
        match state_of_gift(gift):
            case GiftState.PENDING:
                raise NoGift(
                    gettext(
                        "Your payment for a gift to this address is on its way: a bank takes some days over it. The "
                        "gift goes out once it arrives. Please do not pay again."
                    )
                )
            case GiftState.WAITING:
                raise NoGift(gettext("You have paid for a gift to this address already, and it waits to be accepted."))


@transaction.atomic
def accept_gift(*, user: User, token: str) -> Gift:
    """Open the courses to the recipient. Raises NoGift with the reason, and Http404 where there is no such gift."""
    # Nobody accepts two gifts at once: the second would be used up and open nothing.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    gift, purchase = lock_gift(Gift.objects.filter(token=token).first())
    if gift.accepted_by_id == user.pk and purchase and purchase.stands:
        return gift
    if user.email.lower() != gift.recipient.lower():
        raise NoGift(
            gettext("This gift was made for another address. Sign in with that one, or ask the giver to change it.")
        )
    # Staff may have written the address into the account; only its owner accepts what was sent there.
    if not owns_address(user, gift.recipient):
        raise NoGift(gettext("Prove first that this address is yours: sign out, and sign in again with a mailed code."))
    if gift.accepted_at:
        raise NoGift(gettext("This gift was accepted already."))
    if purchase is None and not gift.taken_back_at:
        raise NoGift(gettext("This gift is not paid yet."))
    if gift.taken_back_at or purchase is None or not purchase.stands:
        raise NoGift(gettext("This gift was taken back."))
    if has_access(user):
        raise NoGift(
            gettext("Everything is open to you already. The giver can take the gift back and gets the money back.")
        )
    gift.accepted_by, gift.accepted_at = user, timezone.now()
    gift.save(update_fields=["accepted_by", "accepted_at"])
    settle_access(purchase)
    log(gift, "payments.accept_gift", user=user)
    if giver := gift.session.user:
        queue_mail(kind=GIFT_ACCEPTED, reference=str(gift.pk), to=giver.email, user=giver)
    return gift


def lock_gift(gift: Gift | None) -> tuple[Gift, Purchase | None]:
    """The gift as it is now and its purchase, with their session locked."""
    if gift is None:
        raise Http404("There is no such gift.")
    CheckoutSession.objects.select_for_update().get(pk=gift.session_id)
    gift = Gift.objects.select_related("session__user", "accepted_by").get(pk=gift.pk)
    return gift, Purchase.objects.select_related("session").filter(session=gift.session_id).first()


@transaction.atomic
def change_recipient(*, user: User, gift_id: int, recipient: str) -> Gift:
    """The giver mistyped the address: the gift goes out again, and the earlier mail opens nothing more."""
    gift, purchase = lock_gift(Gift.objects.filter(pk=gift_id, session__user=user).first())
    if purchase is None or not purchase.stands or not gift.can_be_accepted:
        raise NoGift(gettext("This gift was accepted or taken back, so its address cannot be changed."))
    if recipient.lower() == user.email:
        raise NoGift(gettext("That is your own address."))
    gift.recipient = recipient.lower()
    gift.token = Gift._meta.get_field("token").get_default()
    gift.save(update_fields=["recipient", "token"])
    log(gift, "payments.change_gift", user=user)
    # One that has not gone out yet would bring the new link to the old address.
    Mail.objects.waiting().filter(kind=GIFT, reference__startswith=f"{gift.pk}-").delete()
    queue_mail(kind=GIFT, reference=f"{gift.pk}-{gift.token[:8]}", to=gift.recipient)
    return gift


@transaction.atomic
def take_back_gift(*, gift_id: int, user: User | None = None) -> Gift:
    """Before it is accepted: by the giver, or by time. The money goes back. Raises NoGift and Http404."""
    gifts = Gift.objects.filter(pk=gift_id, **({"session__user": user} if user else {}))
    gift, purchase = lock_gift(gifts.first())
    if not gift.can_be_accepted:
        raise NoGift(gettext("This gift was accepted or taken back already."))
    # Its page may still be open at Stripe: what is paid there later would open nothing and not go back.
    if purchase is None:
        raise NoGift(
            gettext("This gift is not paid yet, so there is nothing to take back. Left unpaid, it lapses in a day.")
        )
    if not purchase.stands:
        raise NoGift(
            gettext("The money of this gift is refunded or disputed already, so there is nothing to take back.")
        )
    gift.taken_back_at = timezone.now()
    gift.save(update_fields=["taken_back_at"])
    log(gift, "payments.take_back_gift", user=user)
    if purchase.refundable_amount > 0:
        order_refund(purchase=purchase, amount=purchase.refundable_amount, reason=Refund.Reason.GIFT, by=user)
    if user is None and (giver := gift.session.user):
        queue_mail(kind=GIFT_RETURNED, reference=str(gift.pk), to=giver.email, user=giver)
    return gift


def return_old_gifts() -> int:
    """Those that nobody accepted in time go back to their givers. Returns how many."""
    before = timezone.now() - timedelta(days=settings.GIFT_DAYS)
    old = Gift.objects.filter(accepted_at=None, taken_back_at=None, session__purchase__paid_at__lt=before)
    returned = 0
    for gift_id in list(old.values_list("pk", flat=True)):
        try:
            take_back_gift(gift_id=gift_id)
        except NoGift as why:
            logger.info("Gift %d stays: %s", gift_id, why)  # accepted in this very moment, disputed, refunded
            continue
        returned += 1
    return returned
