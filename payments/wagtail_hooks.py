from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import LogActionRegistry

from payments import queries
from payments.models import WebhookEvent

MAY_SEE_PAYMENTS = "payments.change_webhookevent"


class SetAsideView(ReportView):
    page_title = "Payments set aside"
    header_icon = "warning"
    index_url_name = "payments_set_aside"
    index_results_url_name = "payments_set_aside_results"
    any_permission_required = ["change"]
    model = WebhookEvent
    is_searchable = False
    columns = [
        DateColumn("told_at", label="Time"),
        Column("kind", label="Type"),
        Column("reference", label="Reference at Stripe"),
        Column("problem", label="What is wrong"),
    ]
    list_export = ["told_at", "kind", "reference", "problem"]
    export_headings = {
        "told_at": "Time",
        "kind": "Type",
        "reference": "Reference at Stripe",
        "problem": "What is wrong",
    }
    export_filename = "payments-set-aside"

    def get_queryset(self) -> QuerySet[WebhookEvent, Any]:
        return queries.get_set_aside()


@hooks.register("register_admin_urls")
def register_payment_urls() -> list[URLPattern]:
    return [
        path("payments/set-aside/", SetAsideView.as_view(), name="payments_set_aside"),
        path("payments/set-aside/results/", SetAsideView.as_view(results_only=True), name="payments_set_aside_results"),
    ]


class SetAsideMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_SEE_PAYMENTS)


@hooks.register("register_reports_menu_item")
def register_set_aside() -> MenuItem:
    return SetAsideMenuItem(
        "Payments set aside", reverse("payments_set_aside"), name="payments-set-aside", icon_name="warning", order=110
    )


@hooks.register("register_log_actions")
def register_payment_actions(actions: LogActionRegistry) -> None:
    actions.register_action("payments.purchase", "Record purchase", "Purchase recorded")
    actions.register_action("payments.refund", "Record refund", "Refund recorded")
    actions.register_action("payments.set_aside", "Set event aside", "Event set aside for staff")
