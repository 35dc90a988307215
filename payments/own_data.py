"""What payments keeps of a person, for that person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import OwnData, register
from payments.models import BillingDetails, CheckoutSession, Customer, Dispute, Gift, Purchase, Refund


@register
class Payments(OwnData):
    file = "payments.json"
    order = 40
    keys = {
        "stripe_customer": _("how Stripe names you"),
        "checkouts": _(
            "each time that you opened the payment page. Amounts are in cents, or in the smallest unit of your currency"
        ),
        "purchases": _("what was paid"),
        "billing_details": _("to whom your receipts are made out"),
        "refunds": _("what went back"),
        "disputes": _("what your bank asked for"),
        "gifts_given": _("access that you paid for others, and the address that you typed"),
        "gifts_accepted": _("access that others paid for you"),
    }

    def gather(self, user: User) -> dict[str, Any]:
        """Amounts are in minor units of the currency. A gift's link is its recipient's alone, so it stays out."""
        own = {"purchase__session__user": user}
        checkouts = CheckoutSession.objects.filter(user=user).order_by("created_at")
        given = Gift.objects.filter(session__user=user).order_by("created_at")
        return {
            "stripe_customer": Customer.objects.filter(user=user).values_list("stripe_id", flat=True).first(),
            "checkouts": list(
                checkouts.values(
                    *("stripe_id", "payment_intent", "is_gift", "amount", "currency", "status"),
                    *("payment_status", "created_at", "expires_at"),
                )
            ),
            "purchases": list(
                Purchase.objects.filter(session__user=user).values(
                    "session__stripe_id", "amount", "discount", "tax", "currency", "paid_at", "withheld_because"
                )
            ),
            "billing_details": list(
                BillingDetails.objects.filter(**own).values(
                    "purchase__session__stripe_id", "name", "address", "tax_number"
                )
            ),
            "refunds": list(
                Refund.objects.filter(**own).values("stripe_id", "amount", "currency", "status", "reason", "created_at")
            ),
            "disputes": list(
                Dispute.objects.filter(**own).values(
                    "stripe_id", "amount", "currency", "status", "reason", "created_at"
                )
            ),
            "gifts_given": list(
                given.values("recipient", "message", "session__stripe_id", "created_at", "accepted_at", "taken_back_at")
            ),
            "gifts_accepted": list(
                Gift.objects.filter(accepted_by=user).values("message", "created_at", "accepted_at")
            ),
        }
