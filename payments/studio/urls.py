"""The addresses of the screens."""

from django.urls import URLPattern, path
from wagtail import hooks

from payments.studio.asking import ask_stripe
from payments.studio.billing import print_receipt, write_details
from payments.studio.events import EventsView, SetAsideView, retry_event
from payments.studio.giving import GivingsView, give_to_list, show_giving, undo
from payments.studio.grants import GrantsView, give_access, take_back_access
from payments.studio.months import show_money
from payments.studio.purchases import PurchasesView, release_purchase, show_purchase, withhold_purchase
from payments.studio.reconciliations import ReconciliationsView, run_reconciliation
from payments.studio.refunds import refund_purchase, retry_refund

LISTS = {
    "purchases": PurchasesView,
    "grants": GrantsView,
    "givings": GivingsView,
    "events": EventsView,
    "set-aside": SetAsideView,
    "reconciliations": ReconciliationsView,
}


@hooks.register("register_admin_urls")
def register_payment_urls() -> list[URLPattern]:
    lists = [
        path(f"payments/{name}/{rest}", view.as_view(results_only=bool(rest)), name=f"{view.index_url_name}{suffix}")
        for name, view in LISTS.items()
        for rest, suffix in (("", ""), ("results/", "_results"))
    ]
    return [
        *lists,
        path("payments/purchases/<int:pk>/", show_purchase, name="payments_purchase"),
        path("payments/purchases/<int:pk>/refund/", refund_purchase, name="payments_refund"),
        path("payments/purchases/<int:pk>/details/", write_details, name="payments_details"),
        path("payments/purchases/<int:pk>/receipt/", print_receipt, name="payments_print_receipt"),
        path("payments/purchases/<int:pk>/withhold/", withhold_purchase, name="payments_withhold"),
        path("payments/purchases/<int:pk>/release/", release_purchase, name="payments_release"),
        path("payments/refunds/<int:pk>/retry/", retry_refund, name="payments_retry_refund"),
        path("payments/grants/give/", give_access, name="payments_give_access"),
        path("payments/givings/new/", give_to_list, name="payments_give_to_list"),
        path("payments/givings/<int:pk>/", show_giving, name="payments_giving"),
        path("payments/givings/<int:pk>/undo/", undo, name="payments_undo_giving"),
        path("payments/people/<int:pk>/ask/", ask_stripe, name="payments_ask_stripe"),
        path("payments/grants/<int:pk>/take-back/", take_back_access, name="payments_take_back_access"),
        path("payments/events/<int:pk>/retry/", retry_event, name="payments_retry_event"),
        path("payments/reconciliations/run/", run_reconciliation, name="payments_run_reconciliation"),
        path("payments/money/", show_money, name="payments_money"),
    ]
