from accounts.emails import send_email
from payments.models import Purchase
from payments.money import format_money


def send_receipt_email(purchase: Purchase) -> None:
    user = purchase.session.user
    # The learner's account was deleted meanwhile: there is nobody to write to.
    if user is None:
        return
    context = {
        "amount": format_money(purchase.amount, purchase.currency),
        "paid_on": purchase.paid_at.astimezone(user.zone).date(),
        "purchase": purchase,
        "user": user,
    }
    send_email(template="payments/email/receipt", to=user.email, context=context)
