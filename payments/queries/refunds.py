"""Whether a learner may ask for the money back."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from payments.models import Purchase

Obstacle = Callable[[User], str]
OBSTACLES: list[Obstacle] = []
"""Why a learner may not ask for the money back, as a sentence, or empty. Other apps add theirs when they start."""


def find_obstacle(*, purchase: Purchase, user: User) -> str:
    """Why this learner cannot have their money back by themselves; empty where they can."""
    if purchase.session.is_gift and not purchase.is_free:
        return gettext("A gift is taken back on its own page, as long as nobody has accepted it.")
    if purchase.is_free:
        return gettext("Nothing was charged, so there is nothing to give back.")
    if purchase.refundable_amount < purchase.amount:
        return gettext("Money of this purchase went back already, or is on its way.")
    if purchase.disputes.exists():
        return gettext("Your bank asked for this money, so it is decided there.")
    if not is_refundable_by_date(purchase):
        return ngettext(
            "A refund can be asked for within %(days)d day of the purchase.",
            "A refund can be asked for within %(days)d days of the purchase.",
            settings.REFUND_DAYS,
        ) % {"days": settings.REFUND_DAYS}
    return next((why for obstacle in OBSTACLES if (why := obstacle(user))), "")


def is_refundable_by_date(purchase: Purchase) -> bool:
    return timezone.now() <= refundable_until(purchase)


def refundable_until(purchase: Purchase) -> datetime:
    """The last moment at which the learner may ask for the money back."""
    return purchase.paid_at + timedelta(days=settings.REFUND_DAYS)
