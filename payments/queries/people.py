from django.utils.translation import gettext as _

from accounts.models import User
from payments.models import CheckoutSession, Dispute, Purchase, Refund


def why_stay(user: User) -> list[str]:
    """Why an account cannot be deleted now: money that moves may still need its owner. Sentences for the owner."""
    reasons = []
    purchases = Purchase.objects.filter(session__user=user)
    if purchases.filter(refunds__status__in=Refund.UNDER_WAY).exists():
        reasons.append(
            _(
                "Money is on its way back to you. Once it is sent, which a mail tells you, you can delete the account. "
                "If the bank returns it, we need to reach you."
            )
        )
    if CheckoutSession.objects.filter(user=user).pending().exists():
        reasons.append(
            _("A payment of yours is on its way. Wait until it has arrived or failed: it would open nothing.")
        )
    if purchases.filter(disputes__status__in=Dispute.UNDECIDED).exists():
        reasons.append(_("Your bank has asked for your money back. Wait until that is decided."))
    return reasons
