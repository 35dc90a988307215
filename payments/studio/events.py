"""What Stripe told: events that failed, payments that were set aside, and trying again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn

from accounts.http import StaffRequest
from core.acts import Act, ReasonForm, ask, sent
from payments.models import WebhookEvent
from payments.services import staff
from payments.studio.acts import for_payments
from payments.studio.lists import PaymentsReport
from payments.studio.queries import get_set_aside, get_troubled_events


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
        events = WebhookEvent.objects.order_by("-received_at", "-pk") if is_narrowed else get_troubled_events()
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
        "told_at": _("Time"),
        "kind": _("Type"),
        "reference": _("Reference at Stripe"),
        "problem": _("What is wrong"),
    }
    export_filename = "payments-set-aside"

    def get_queryset(self) -> QuerySet[WebhookEvent, Any]:
        return get_set_aside()


@for_payments
def retry_event(request: StaffRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(WebhookEvent, pk=pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        if staff.retry_event(event_id=pk, because=form.cleaned_data["because"], by=request.user):
            messages.success(
                request, gettext("The event is processed again. If it stays in the list, its error says why.")
            )
        else:
            messages.warning(request, gettext("This event does not wait for another try."))
        return redirect("payments_events")
    act = Act(
        title=gettext("Try an event again"),
        about=str(event),
        consequences=[
            event.error or gettext("It has not failed."),
            gettext("Stripe is asked what became of the payment, and access follows from that. Nothing happens twice."),
        ],
        button=gettext("Try again"),
        back_to=reverse("payments_events"),
        icon="rotate",
    )
    return ask(request, act, form)
