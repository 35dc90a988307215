from django.core.mail import EmailMultiAlternatives

from accounts.emails import build_email
from accounts.models import Mail, User
from payments.models import Purchase
from payments.money import format_money

RECEIPT = "receipt"


def compose_receipt(mail: Mail) -> EmailMultiAlternatives:
    purchase = Purchase.objects.select_related("session").get(pk=mail.reference)
    # A receipt belongs to an account, and is deleted with it.
    user = User.objects.get(checkout_sessions__purchase=purchase)
    context = {
        "amount": format_money(purchase.amount, purchase.currency),
        "paid_on": purchase.paid_at.astimezone(user.zone).date(),
        "purchase": purchase,
        "user": user,
    }
    return build_email(template="payments/email/receipt", to=mail.to, context=context)
