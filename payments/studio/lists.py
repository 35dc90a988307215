"""What the lists of money have in common."""

from decimal import Decimal

from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from payments.models import WebhookEvent
from payments.money import to_units


def in_units(amount: int | None, currency: str) -> Decimal | None:
    return None if amount is None else to_units(amount, currency)


class PaymentsReport(ReportView):
    """A list for whoever may handle payments; one right decides for all of them."""

    any_permission_required = ["change"]
    permission_policy = ModelPermissionPolicy(WebhookEvent)
    is_searchable = False
