"""What the lists of money have in common."""

from decimal import Decimal

from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from payments.models import WebhookEvent
from payments.money import MINOR_UNITS


def in_units(amount: int | None) -> Decimal | None:
    return None if amount is None else (Decimal(amount) / MINOR_UNITS).quantize(Decimal("0.01"))


class PaymentsReport(ReportView):
    """A list for whoever may handle payments; one right decides for all of them."""

    any_permission_required = ["change"]
    permission_policy = ModelPermissionPolicy(WebhookEvent)
    is_searchable = False
