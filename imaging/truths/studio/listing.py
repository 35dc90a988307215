"""Which studies need an expert, and how far experts agree over all of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton

from accounts.http import StaffRequest
from imaging.scoring.agreement import ENOUGH_STUDIES
from imaging.studies.models import Study
from imaging.truths.models import Opinion
from imaging.truths.queries import list_agreements, list_for_experts
from imaging.truths.studio.access import MAY_WRITE, for_experts


def name_truth(study: Any) -> str:
    return gettext("Version {number}").format(number=study.version) if study.has_truth else gettext("Needs a truth")


def name_mine(study: Any) -> str:
    if study.handed_in:
        return gettext("Handed in")
    return gettext("Begun") if study.begun else ""


def name_given(study: Any) -> str:
    """In words: on a phone the row has no heading."""
    if not study.given:
        return gettext("No opinion")
    return ngettext("{number} opinion", "{number} opinions", study.given).format(number=study.given)


class OpenColumn(Column):
    cell_template_name = "imaging/truths/studio/open_cell.html"


class TruthsView(ReportView):
    request: StaffRequest
    template_name = "wagtailadmin/reports/base_report.html"
    page_title = _("Truths")
    header_icon = "edit"
    index_url_name = "truths"
    index_results_url_name = "truths_results"
    any_permission_required = ["change"]
    model = Opinion
    is_searchable = False
    columns = [
        OpenColumn("name", label=_("Study"), accessor=lambda study: study),
        Column("source", label=_("Source"), accessor=lambda study: study.get_source_display()),
        Column("version", label=_("Truth"), accessor=name_truth),
        Column("given", label=_("Handed in"), accessor=name_given),
        Column("mine", label=_("My opinion"), accessor=name_mine),
    ]
    list_export = ["pk", "source", "version", "given"]
    export_filename = "truths"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(gettext("Agreement"), url=reverse("truths_agreement"), icon_name="group")]

    def get_queryset(self) -> QuerySet[Study]:
        return list_for_experts(self.request.user)


@for_experts
def show_agreement(request: StaffRequest) -> HttpResponse:
    context = {"agreements": list_agreements(), "enough": ENOUGH_STUDIES}
    return render(request, "imaging/truths/studio/agreement.html", context)


class TruthsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_WRITE)


@hooks.register("register_admin_menu_item")
def register_truths() -> MenuItem:
    return TruthsMenuItem(gettext("Truths"), reverse("truths"), name="truths", icon_name="edit", order=111)
