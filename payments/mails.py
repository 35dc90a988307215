from typing import ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.mail.emails import build_email
from accounts.mail.kinds import NecessaryMail, register
from accounts.models import Mail, User
from payments.models import Gift, Purchase, Refund
from payments.money import format_money

RECEIPT = "receipt"
REFUND = "refund"
REFUND_FAILED = "refund failed"
PAID_TWICE = "paid twice"
GIFT = "gift"
GIFT_ACCEPTED = "gift accepted"
GIFT_RETURNED = "gift returned"


class AboutMoney(NecessaryMail):
    title = _("Receipts and refunds")
    reason = _("They document your money: what you paid, and what went back.")
    order = 50


@register
class Receipt(AboutMoney):
    name = RECEIPT

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        purchase = Purchase.objects.select_related("session").get(pk=mail.reference)
        # A receipt belongs to an account, and is deleted with it.
        user = User.objects.get(checkout_sessions__purchase=purchase)
        gift = getattr(purchase.session, "gift", None) if purchase.session.is_gift else None
        context = {
            "amount": format_money(purchase.amount, purchase.currency),
            "paid_on": purchase.paid_at.astimezone(user.zone).date(),
            "lines": [(name, format_money(amount, purchase.currency)) for name, amount in sums_of(purchase)],
            "gift": gift,
            "purchase": purchase,
            "refund_days": settings.REFUND_DAYS,
            "user": user,
        }
        return build_email(template="payments/email/receipt", to=mail.to, context=context)


def sums_of(purchase: Purchase) -> list[tuple[str, int]]:
    """How the amount came about; nothing where it is simply the price."""
    if not (purchase.discount or purchase.tax):
        return []
    parts = [
        (gettext("Price"), purchase.session.amount),
        (gettext("Promotion"), -purchase.discount),
        (gettext("Tax"), purchase.tax),
    ]
    return [(name, amount) for name, amount in parts if amount]


@register
class RefundGiven(AboutMoney):
    name = REFUND

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        refund = Refund.objects.select_related("purchase__session__gift").get(pk=mail.reference)
        gift: Gift | None = getattr(refund.purchase.session, "gift", None)
        is_over = not refund.purchase.stands or bool(gift and gift.taken_back_at)
        context = {
            "refund": refund,
            "purchase": refund.purchase,
            "is_gift": refund.purchase.session.is_gift and is_over,
            "amount": format_money(refund.amount, refund.currency),
            "is_whole": is_over,
        }
        return build_email(template="payments/email/refund", to=mail.to, context=context)


@register
class RefundFailed(AboutMoney):
    name = REFUND_FAILED

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        refund = Refund.objects.select_related("purchase__session").get(pk=mail.reference)
        context = {
            "purchase": refund.purchase,
            "amount": format_money(refund.amount, refund.currency),
            "is_open": refund.purchase.stands and not refund.purchase.session.is_gift,
        }
        return build_email(template="payments/email/refund_failed", to=mail.to, context=context)


@register
class PaidTwice(AboutMoney):
    name = PAID_TWICE

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        purchase = Purchase.objects.select_related("session").get(pk=mail.reference)
        context = {"purchase": purchase, "amount": format_money(purchase.amount, purchase.currency)}
        return build_email(template="payments/email/paid_twice", to=mail.to, context=context)


class AboutGift(NecessaryMail):
    title = _("Gifts")
    reason = _("A gift that you gave was accepted or came back with its money, or one was given to you.")
    order = 60
    template: ClassVar[str]

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        gift = Gift.objects.select_related("session__user", "session__purchase").get(
            pk=mail.reference.partition("-")[0]
        )
        context = {
            "gift": gift,
            "amount": format_money(gift.session.amount, gift.session.currency),
            "is_free": gift.session.purchase.is_free,
            "days": settings.GIFT_DAYS,
        }
        return build_email(template=self.template, to=mail.to, context=context)


@register
class GiftGiven(AboutGift):
    """To the recipient: what it opens, and the link that only this address can use.

    The address is not proven, so no word of the giver's, name or message, goes there from us.
    """

    name = GIFT
    template = "payments/email/gift"


@register
class GiftAccepted(AboutGift):
    name = GIFT_ACCEPTED
    template = "payments/email/gift_accepted"


@register
class GiftReturned(AboutGift):
    name = GIFT_RETURNED
    template = "payments/email/gift_returned"
