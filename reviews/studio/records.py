"""Every decision, for whoever audits: a list with filters, as CSV and XLSX, too."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from accounts.http import StaffRequest
from reviews.models import Decision
from reviews.registry import SCOPES
from reviews.studio.access import for_record


def list_scopes() -> list[tuple[str, str]]:
    return [(scope.key, scope.title) for ask in SCOPES for scope in ask()]


class RecordFilterSet(WagtailFilterSet):
    at = DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)
    scope = ChoiceFilter(label=_("Belongs to"), choices=list_scopes)

    class Meta:
        model = Decision
        fields = {
            "act": ["exact"],
            "step": ["exact"],
            "title": ["icontains"],
            "by_name": ["icontains"],
        }


class RecordView(ReportView):
    page_title = _("Decisions of review")
    header_icon = "history"
    index_url_name = "review_record"
    index_results_url_name = "review_record_results"
    any_permission_required = ["view"]
    model = Decision
    filterset_class = RecordFilterSet
    is_searchable = False
    default_ordering = "-at"
    columns = [
        TitleColumn(
            "title",
            label=_("What"),
            get_url=lambda row: reverse("review_decision", args=[row.pk]),
        ),
        Column("act", label=_("What was done"), accessor="get_act_display"),
        Column("step", label=_("Step"), accessor="get_step_display"),
        Column("by_name", label=_("Who")),
        Column("said", label=_("What was said"), width="30%"),
        Column("scope_title", label=_("Belongs to")),
        DateColumn("at", label=_("When")),
    ]
    list_export = [
        "at",
        "title",
        "scope_title",
        "get_act_display",
        "get_step_display",
        "by_name",
        "revision_number",
        "said",
        "told_changes",
        "seen_at",
    ]
    export_headings = {
        "at": _("When"),
        "title": _("What"),
        "scope_title": _("Belongs to"),
        "get_act_display": _("What was done"),
        "get_step_display": _("Step"),
        "by_name": _("Who"),
        "revision_number": _("Version"),
        "said": _("What was said"),
        "told_changes": _("What changed"),
        "seen_at": _("Seen"),
    }
    export_filename = "review-decisions"

    def get_queryset(self) -> QuerySet[Decision]:
        return Decision.objects.order_by("-at", "-pk")


@for_record
def show_decision(request: StaffRequest, pk: int) -> HttpResponse:
    rows = Decision.objects.select_related("submission", "content_type", "seen_by")
    return render(request, "reviews/studio/decision.html", {"decision": get_object_or_404(rows, pk=pk)})
