"""To whom a receipt is made out."""

from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from payments.models import BillingDetails
from payments.services.orders import lock_purchase


@transaction.atomic
def write_billing_details(*, purchase_id: int, name: str, address: str, tax_number: str, by: User) -> BillingDetails:
    """By the payer or by staff, as often as it takes: the receipt is printed with what stands here then."""
    purchase = lock_purchase(purchase_id)
    details, _ = BillingDetails.objects.update_or_create(
        purchase=purchase, defaults={"name": name, "address": address, "tax_number": tax_number}
    )
    log(purchase, "payments.write_billing_details", user=by)
    return details
