from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import LogActionRegistry
from wagtail.permission_policies import ModelPermissionPolicy

from accounts.models import AccessGrant
from payments import queries
from payments.models import CheckoutSession, Reconciliation, WebhookEvent
from payments.money import MINOR_UNITS, format_money
from payments.studio import queries as ledger
from payments.studio.acts import MAY_HANDLE_PAYMENTS
from payments.studio.events import retry_event
from payments.studio.grants import give_access, take_back_access
from payments.studio.months import show_money
from payments.studio.purchases import purchase_address, release_purchase, show_purchase, withhold_purchase
from payments.studio.reconciliations import run_reconciliation
from payments.studio.refunds import refund_purchase, retry_refund

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


# --- Purchases --------------------------------------------------------------------------------------


WAITING = [("refunds", "Refund refused by Stripe"), ("disputes", "Dispute to answer")]
WAITS_IN = {"refunds": ledger.get_refunds_in_trouble, "disputes": ledger.get_disputes_to_answer}


class PurchaseFilterSet(WagtailFilterSet):
    state = ChoiceFilter(label=_("State"), choices=ledger.State.choices)
    is_gift = BooleanFilter(label=_("Gift"), widget=BooleanRadioSelect)
    waiting = ChoiceFilter(label=_("Waits for staff"), choices=WAITING, method="filter_waiting")

    class Meta:
        model = CheckoutSession
        fields = ["state", "is_gift", "waiting"]

    def filter_waiting(self, rows: QuerySet[CheckoutSession, Any], name: str, value: str) -> QuerySet[Any, Any]:
        return rows.filter(**{f"purchase__{value}__in": WAITS_IN[value]()})


def paid_in_words(row: Any) -> str:
    return format_money(row.paid if row.paid is not None else row.amount, row.currency)


def refunded_in_words(row: Any) -> str:
    return format_money(row.refunded, row.currency) if row.refunded else ""


def learner_in_words(row: Any) -> str:
    return row.email or "Deleted account"


class PurchasesView(PaymentsReport):
    """What was bought and what hangs in the air; who filters or searches finds abandoned checkouts, too."""

    page_title = _("Purchases")
    header_icon = "tag"
    index_url_name = "payments_purchases"
    index_results_url_name = "payments_purchases_results"
    model = CheckoutSession
    filterset_class = PurchaseFilterSet
    is_searchable = True
    search_fields = ["user__email", "gift__recipient", "payment_intent", "stripe_id"]
    columns = [
        TitleColumn("learner", label=_("Learner"), accessor=learner_in_words, get_url=purchase_address),
        Column("state", label=_("State"), accessor=lambda row: ledger.State(row.state).label),
        Column("recipient", label=_("Gift for")),
        Column("amount", label=_("Amount"), accessor=paid_in_words),
        Column("refunded", label=_("Refunded"), accessor=refunded_in_words),
        Column("reference", label=_("Reference")),
        DateColumn("created_at", label=_("Begun")),
    ]
    list_export = [
        *["reference", "stripe_id", "email", "recipient", "state", "paid", "refunded", "currency"],
        *["created_at", "paid_at"],
    ]
    export_headings = {
        "reference": "Reference",
        "stripe_id": "Checkout session",
        "email": "Learner",
        "recipient": "Gift for",
        "state": "State",
        "paid": "Paid",
        "refunded": "Refunded",
        "created_at": "Begun",
        "paid_at": "Paid at",
    }
    custom_field_preprocess = {name: {"csv": in_units, "xlsx": in_units} for name in ("paid", "refunded")}
    export_filename = "purchases"

    def get_queryset(self) -> QuerySet[CheckoutSession, Any]:
        attempts: QuerySet[Any, Any] = self.search_queryset(ledger.get_attempts())
        is_narrowed = self.is_searching or any(self.request.GET.get(name) for name in PurchaseFilterSet.get_filters())
        return attempts if is_narrowed else attempts.exclude(state__in=ledger.NEVER_PAID)


# --- Access without payment -------------------------------------------------------------------------


class GrantFilterSet(WagtailFilterSet):
    user__email = CharFilter(label=_("Learner's e-mail address"), lookup_expr="icontains")
    revoked_at = BooleanFilter(label=_("Taken back"), lookup_expr="isnull", exclude=True, widget=BooleanRadioSelect)

    class Meta:
        model = AccessGrant
        fields = ["user__email", "revoked_at"]


class TakeBackColumn(Column):
    cell_template_name = "payments/studio/take_back_cell.html"


class GrantsView(PaymentsReport):
    page_title = _("Access without payment")
    header_icon = "key"
    index_url_name = "payments_grants"
    index_results_url_name = "payments_grants_results"
    model = AccessGrant
    filterset_class = GrantFilterSet
    columns = [
        Column("learner", label=_("Learner"), accessor="user"),
        Column("email", label=_("E-mail address"), accessor="user.email"),
        Column("because", label=_("Why")),
        Column("given_by", label=_("Given by")),
        DateColumn("granted_at", label=_("Given")),
        TakeBackColumn("revoked_at", label=_("Taken back"), accessor=lambda row: row),
    ]
    list_export = ["user.email", "because", "given_by", "granted_at", "revoked_at"]
    export_headings = {"user.email": "Learner", "because": "Why", "given_by": "Given by"}
    export_filename = "access-without-payment"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(gettext("Give access"), url=reverse("payments_give_access"), icon_name="plus")]

    def get_queryset(self) -> QuerySet[AccessGrant, Any]:
        return ledger.get_staff_grants()


@hooks.register("register_user_listing_buttons")
def offer_access(user: Any, request_user: Any) -> Iterator[Button]:
    if request_user.has_perm(MAY_HANDLE_PAYMENTS):
        give = f"{reverse('payments_give_access')}?learner={user.pk}"
        yield Button(gettext("Give access"), give, icon_name="key", priority=50)
        bought = f"{reverse('payments_purchases')}?{urlencode({'q': user.email})}"
        yield Button(gettext("Purchases"), bought, icon_name="tag", priority=51)


# --- Events -----------------------------------------------------------------------------------------


class EventFilterSet(WagtailFilterSet):
    class Meta:
        model = WebhookEvent
        fields = {"status": ["exact"], "type": ["icontains"]}


class RetryEventColumn(Column):
    cell_template_name = "payments/studio/retry_event_cell.html"


class EventsView(PaymentsReport):
    """What failed or was set aside; who filters or searches finds among all."""

    page_title = _("Events of Stripe")
    header_icon = "redirect"
    index_url_name = "payments_events"
    index_results_url_name = "payments_events_results"
    model = WebhookEvent
    filterset_class = EventFilterSet
    is_searchable = True
    search_fields = ["stripe_id", "object_id", "payment_intent"]
    columns = [
        Column("type", label=_("Type")),
        Column("reference", label=_("Reference"), accessor=lambda row: row.payment_intent or row.object_id),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("error", label=_("What is wrong"), width="35%"),
        Column("attempts", label=_("Tries")),
        DateColumn("received_at", label=_("Received")),
        RetryEventColumn("retry", label=_("Action"), accessor=lambda row: row),
    ]
    list_export = [
        *["stripe_id", "type", "object_id", "payment_intent", "status", "attempts", "error"],
        *["received_at", "processed_at"],
    ]
    export_filename = "events"

    def get_queryset(self) -> QuerySet[WebhookEvent]:
        is_narrowed = self.is_searching or any(self.request.GET.get(name) for name in EventFilterSet.get_filters())
        events = WebhookEvent.objects.order_by("-received_at", "-pk") if is_narrowed else ledger.get_troubled_events()
        found: QuerySet[WebhookEvent] = self.search_queryset(events)
        return found


class SetAsideView(PaymentsReport):
    page_title = _("Payments set aside")
    header_icon = "warning"
    index_url_name = "payments_set_aside"
    index_results_url_name = "payments_set_aside_results"
    model = WebhookEvent
    columns = [
        DateColumn("told_at", label=_("Time")),
        Column("kind", label=_("Type")),
        Column("reference", label=_("Reference at Stripe")),
        Column("problem", label=_("What is wrong")),
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


# --- Reconciliation ---------------------------------------------------------------------------------


class FoundColumn(Column):
    cell_template_name = "payments/studio/found_cell.html"


class ReconciliationsView(PaymentsReport):
    page_title = _("Reconciliation")
    header_icon = "rotate"
    index_url_name = "payments_reconciliations"
    index_results_url_name = "payments_reconciliations_results"
    model = Reconciliation
    columns = [
        DateColumn("started_at", label=_("Begun")),
        DateColumn("finished_at", label=_("Ended")),
        FoundColumn("found", label=_("What it found"), accessor=lambda row: row, width="65%"),
    ]
    list_export = ["started_at", "finished_at", "found"]
    export_filename = "reconciliation"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(gettext("Compare now"), url=reverse("payments_run_reconciliation"), icon_name="rotate")]


# --- Addresses and menu -----------------------------------------------------------------------------

LISTS = {
    "purchases": PurchasesView,
    "grants": GrantsView,
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
        path("payments/purchases/<int:pk>/withhold/", withhold_purchase, name="payments_withhold"),
        path("payments/purchases/<int:pk>/release/", release_purchase, name="payments_release"),
        path("payments/refunds/<int:pk>/retry/", retry_refund, name="payments_retry_refund"),
        path("payments/grants/give/", give_access, name="payments_give_access"),
        path("payments/grants/<int:pk>/take-back/", take_back_access, name="payments_take_back_access"),
        path("payments/events/<int:pk>/retry/", retry_event, name="payments_retry_event"),
        path("payments/reconciliations/run/", run_reconciliation, name="payments_run_reconciliation"),
        path("payments/money/", show_money, name="payments_money"),
    ]


class PaymentsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HANDLE_PAYMENTS)


# Name of the address, label, icon.
MENU = [
    ("payments_purchases", "Purchases", "tag"),
    ("payments_money", "Money by month", "table"),
    ("payments_grants", "Access without payment", "key"),
    ("payments_events", "Events of Stripe", "redirect"),
    ("payments_set_aside", "Set aside", "warning"),
    ("payments_reconciliations", "Reconciliation", "rotate"),
]


@hooks.register("register_admin_menu_item")
def register_payments_menu() -> MenuItem:
    items = [
        PaymentsMenuItem(label, reverse(name), name=name.replace("_", "-"), icon_name=icon, order=number)
        for number, (name, label, icon) in enumerate(MENU)
    ]
    return SubmenuMenuItem("Payments", Menu(items=items), name="payments", icon_name="tag", order=125)


# --- Home -------------------------------------------------------------------------------------------


class PaymentsPanel(Component):
    """What about money waits for staff."""

    order = 60
    template_name = "payments/studio/waiting.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        if not parent_context["request"].user.has_perm(MAY_HANDLE_PAYMENTS):
            return {}
        return {
            "set_aside": queries.get_set_aside().count(),
            "refused": list(ledger.get_refunds_in_trouble()),
            "disputes": list(ledger.get_disputes_to_answer()),
        }


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(PaymentsPanel())


# --- The log ----------------------------------------------------------------------------------------

ACTIONS = {
    "purchase": ("Record purchase", "Purchase recorded"),
    "refund": ("Record refund", "Refund recorded"),
    "dispute": ("Record dispute", "Dispute recorded"),
    "set_aside": ("Set event aside", "Event set aside for staff"),
    "order_refund": ("Order refund", "Refund ordered"),
    "refuse_refund": ("Record refusal", "Refund refused by Stripe"),
    "retry_refund": ("Ask again for refund", "Refund asked for again"),
    "withhold": ("Withhold access", "Access withheld by staff"),
    "release": ("Release access", "Access released by staff"),
    "grant": ("Give access without payment", "Access given without payment"),
    "revoke": ("Take back access", "Access that staff gave taken back"),
    "retry_event": ("Try event again", "Event tried again"),
    "order_reconciliation": ("Order reconciliation", "Reconciliation ordered"),
    "accept_gift": ("Accept gift", "Gift accepted"),
    "change_gift": ("Change gift", "Gift sent to another address"),
    "take_back_gift": ("Take back gift", "Gift taken back"),
}


@hooks.register("register_log_actions")
def register_payment_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in ACTIONS.items():
        actions.register_action(f"payments.{name}", label, message)
