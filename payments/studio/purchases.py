"""Purchases as staff see them: the list, one with its story, withholding and releasing what it opened."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect

from accounts.http import StaffRequest
from core.acts import Act, ReasonForm, ask, sent
from payments.models import CheckoutSession, Purchase
from payments.money import format_money
from payments.services import staff
from payments.studio import story
from payments.studio.acts import for_payments
from payments.studio.lists import PaymentsReport, in_units
from payments.studio.queries import (
    NEED_RESPONSE,
    NEVER_PAID,
    State,
    get_attempts,
    get_disputes_to_answer,
    get_purchase,
    get_refunds_in_trouble,
)

WAITING = [("refunds", _("Refund refused by Stripe")), ("disputes", _("Dispute to answer"))]
WAITS_IN = {"refunds": get_refunds_in_trouble, "disputes": get_disputes_to_answer}


def purchase_address(session: CheckoutSession) -> str:
    return reverse("payments_purchase", args=[session.pk])


class PurchaseFilterSet(WagtailFilterSet):
    state = ChoiceFilter(label=_("State"), choices=State.choices)
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
    return row.email or gettext("Deleted account")


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
        Column("state", label=_("State"), accessor=lambda row: State(row.state).label),
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
        "reference": _("Reference"),
        "stripe_id": _("Checkout session"),
        "email": _("Learner"),
        "recipient": _("Gift for"),
        "state": _("State"),
        "paid": _("Paid"),
        "refunded": _("Refunded"),
        "created_at": _("Begun"),
        "paid_at": _("Paid at"),
    }
    export_filename = "purchases"

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        amounts = {name: in_units(getattr(item, name), item.currency) for name in ("paid", "refunded")}
        return super().to_row_dict(item) | amounts

    def get_queryset(self) -> QuerySet[CheckoutSession, Any]:
        attempts: QuerySet[Any, Any] = self.search_queryset(get_attempts())
        is_narrowed = self.is_searching or any(self.request.GET.get(name) for name in PurchaseFilterSet.get_filters())
        return attempts if is_narrowed else attempts.exclude(state__in=NEVER_PAID)


@for_payments
def show_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    attempt = get_object_or_404(get_attempts(), pk=pk)
    purchases = Purchase.objects.select_related("session").prefetch_related("refunds", "disputes")
    purchase = purchases.filter(session=attempt).first()
    told = story.tell(attempt, purchase)
    context = {
        "attempt": attempt,
        "purchase": purchase,
        "state": State(attempt.state).label,
        "why_closed": purchase.why_closed if purchase else "",
        "amount": format_money(purchase.amount if purchase else attempt.amount, attempt.currency),
        "left": purchase.refundable_amount if purchase else 0,
        "left_in_words": format_money(purchase.refundable_amount, purchase.currency) if purchase else "",
        "steps": told.steps,
        "refused": list(get_refunds_in_trouble().filter(purchase__session=attempt)),
        "to_answer": [dispute for dispute in told.disputes if dispute.status in NEED_RESPONSE],
        "dashboard": story.get_dashboard_url("payments", attempt.payment_intent),
    }
    return render(request, "payments/studio/purchase.html", context)


@for_payments
def withhold_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        staff.withhold_purchase(purchase_id=purchase.pk, because=form.cleaned_data["because"], by=request.user)
        messages.success(request, gettext("Withheld. What this purchase opened is closed."))
        return redirect(purchase_address(session))
    act = Act(
        title=gettext("Withhold access"),
        about=f"{session.user or gettext('Deleted account')}, {purchase}",
        consequences=[
            gettext(
                "What this purchase opened closes at once, and stays closed until a member of the staff releases it."
            ),
            gettext("The money stays where it is. Certificates stay valid. No mail goes out."),
        ],
        button=gettext("Withhold access"),
        back_to=purchase_address(session),
        icon="lock",
        is_serious=True,
    )
    return ask(request, act, form)


@for_payments
def release_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        staff.release_purchase(purchase_id=purchase.pk, because=form.cleaned_data["because"], by=request.user)
        purchase.refresh_from_db()
        why = purchase.why_closed
        messages.success(
            request,
            gettext("Released. It stays closed all the same: {why}.").format(why=why) if why else gettext("Released."),
        )
        return redirect(purchase_address(session))
    act = Act(
        title=gettext("Release access"),
        about=f"{session.user or gettext('Deleted account')}, {purchase}",
        consequences=[
            gettext("The purchase counts again: everything opens, unless the money went back or is disputed."),
            gettext(
                "If the learner has bought again meanwhile, this one counts as paid twice, and its money goes back."
            ),
            gettext("No mail goes out."),
        ],
        button=gettext("Release access"),
        back_to=purchase_address(session),
        icon="lock-open",
    )
    return ask(request, act, form)
