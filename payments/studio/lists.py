"""What the lists of money have in common."""

from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from payments.models import WebhookEvent
from payments.money import MINOR_UNITS

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value


def in_units(amount: int | None) -> str:
    return "" if amount is None else f"{amount / MINOR_UNITS:.2f}"


class PaymentsReport(ReportView):
    """A list for whoever may handle payments; one right decides for all of them."""

    any_permission_required = ["change"]
    permission_policy = ModelPermissionPolicy(WebhookEvent)
    is_searchable = False
    custom_value_preprocess = ReportView.custom_value_preprocess | {str: {"csv": as_text, "xlsx": as_text}}
