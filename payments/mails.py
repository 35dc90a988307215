from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.mail.emails import build_email
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


def compose_receipt(mail: Mail) -> EmailMultiAlternatives:
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
    parts = [("Price", purchase.session.amount), ("Promotion", -purchase.discount), ("Tax", purchase.tax)]
    return [(name, amount) for name, amount in parts if amount]


def compose_refund(mail: Mail) -> EmailMultiAlternatives:
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


def compose_refund_failed(mail: Mail) -> EmailMultiAlternatives:
    refund = Refund.objects.select_related("purchase__session").get(pk=mail.reference)
    context = {
        "purchase": refund.purchase,
        "amount": format_money(refund.amount, refund.currency),
        "is_open": refund.purchase.stands and not refund.purchase.session.is_gift,
    }
    return build_email(template="payments/email/refund_failed", to=mail.to, context=context)


def compose_paid_twice(mail: Mail) -> EmailMultiAlternatives:
    purchase = Purchase.objects.select_related("session").get(pk=mail.reference)
    context = {"purchase": purchase, "amount": format_money(purchase.amount, purchase.currency)}
    return build_email(template="payments/email/paid_twice", to=mail.to, context=context)


def compose_gift(mail: Mail) -> EmailMultiAlternatives:
    """To the recipient: who gives, what it opens, and the link that only this address can use."""
    return _about_gift("payments/email/gift", mail)


def compose_gift_accepted(mail: Mail) -> EmailMultiAlternatives:
    return _about_gift("payments/email/gift_accepted", mail)


def compose_gift_returned(mail: Mail) -> EmailMultiAlternatives:
    return _about_gift("payments/email/gift_returned", mail)


def _about_gift(template: str, mail: Mail) -> EmailMultiAlternatives:
    gift = Gift.objects.select_related("session__user").get(pk=mail.reference.partition("-")[0])
    context = {
        "gift": gift,
        "giver": gift.session.user,
        "amount": format_money(gift.session.amount, gift.session.currency),
        "days": settings.GIFT_DAYS,
    }
    return build_email(template=template, to=mail.to, context=context)


COMPOSERS = {
    RECEIPT: compose_receipt,
    REFUND: compose_refund,
    REFUND_FAILED: compose_refund_failed,
    PAID_TWICE: compose_paid_twice,
    GIFT: compose_gift,
    GIFT_ACCEPTED: compose_gift_accepted,
    GIFT_RETURNED: compose_gift_returned,
}
