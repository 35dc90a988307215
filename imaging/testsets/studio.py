"""The studio's screens of test sets: what there is, results of each case, and of readers who allow it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogActionRegistry, log

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from core.columns import NamedColumn
from imaging.errors import ImagingError
from imaging.testsets import services, staff
from imaging.testsets.models import SetAttempt, SetCase, TestSet

MAY_SEE = "imaging.view_testset"
MAY_SEE_READERS = "imaging.view_setattempt"


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("imaging.prepare_edition", _("Make cases of a test set"), _("Cases of a test set ordered"))


class SetColumn(Column):
    cell_template_name = "imaging/testsets/studio/set_cell.html"


class TestSetsView(ReportView):
    template_name = "wagtailadmin/reports/base_report.html"
    page_title = _("Test sets")
    header_icon = "tasks"
    index_url_name = "test_sets"
    index_results_url_name = "test_sets_results"
    any_permission_required = ["view"]
    model = TestSet
    is_searchable = False
    columns = [
        SetColumn("title", label=_("Test set"), accessor=lambda test_set: test_set, width="35%"),
        NamedColumn("course", label=_("Course")),
        NamedColumn("size", label=_("Cases")),
        NamedColumn("readers", label=_("Readers")),
        NamedColumn("times_handed_in", label=_("Handed in")),
        NamedColumn("times_passed", label=_("Passed")),
        NamedColumn("named", label=_("With their name")),
    ]
    list_export = ["slug", "title", "course", "size", "readers", "times_handed_in", "times_passed", "named"]
    export_filename = "test-sets"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [HeaderButton(gettext("By case"), url=reverse("set_cases"), icon_name="image")]
        if self.request.user.has_perm(MAY_SEE_READERS):
            buttons.append(HeaderButton(gettext("By reader"), url=reverse("set_readers"), icon_name="user"))
        return buttons

    def get_queryset(self) -> QuerySet[TestSet]:
        return staff.list_sets()


class CaseFilterSet(WagtailFilterSet):
    class Meta:
        model = SetCase
        fields = {"test_set": ["exact"], "edition": ["exact"], "is_current": ["exact"]}


class CasesView(ReportView):
    template_name = "imaging/testsets/studio/cases.html"
    page_title = _("Test sets by case")
    header_icon = "image"
    index_url_name = "set_cases"
    index_results_url_name = "set_cases_results"
    any_permission_required = ["view"]
    model = SetCase
    filterset_class = CaseFilterSet
    is_searchable = False
    columns = [
        Column("test_set", label=_("Test set")),
        NamedColumn("edition", label=_("Edition")),
        NamedColumn("number", label=_("Case")),
        Column("study", label=_("Study")),
        Column("kind", label=_("Kind"), accessor=staff.name_kind),
        NamedColumn("times_read", label=_("Read")),
        NamedColumn("recalled", label=_("Recalled"), accessor=staff.count_recalled),
        NamedColumn("right", label=_("Right, percent"), accessor=staff.share_right),
    ]
    list_export = ["test_set", "edition", "number", "study", "kind", "times_read", "recalled", "right", "is_current"]
    export_headings = {"recalled": _("Recalled"), "right": _("Right, percent"), "times_read": _("Read")}
    export_filename = "test-set-cases"

    def get_queryset(self) -> QuerySet[SetCase]:
        return staff.list_cases()

    def to_row_dict(self, item: SetCase) -> dict[str, Any]:
        """With what the screen hides of few readers hidden in the file, too."""
        own = {"recalled": staff.count_recalled(item), "right": staff.share_right(item)}
        return {field: own[field] if field in own else getattr(item, field) for field in self.list_export}

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**context, "fewest": staff.FEWEST_READERS}


class ReaderFilterSet(WagtailFilterSet):
    class Meta:
        model = SetAttempt
        fields = {"test_set": ["exact"], "is_passed": ["exact"]}


class ReadersView(ReportView):
    template_name = "imaging/testsets/studio/readers.html"
    page_title = _("Test sets by reader")
    header_icon = "user"
    index_url_name = "set_readers"
    index_results_url_name = "set_readers_results"
    any_permission_required = ["view"]
    model = SetAttempt
    filterset_class = ReaderFilterSet
    is_searchable = False
    columns = [
        Column("reader", label=_("Reader"), accessor=lambda attempt: attempt.user.name or attempt.user.email),
        Column("test_set", label=_("Test set")),
        NamedColumn("edition", label=_("Edition")),
        DateColumn("handed_in_at", label=_("Handed in")),
        NamedColumn("found", label=_("Sensitivity"), accessor=lambda attempt: f"{attempt.recalled}/{attempt.positive}"),
        NamedColumn(
            "left", label=_("Specificity"), accessor=lambda attempt: f"{attempt.left_alone}/{attempt.negative}"
        ),
        NamedColumn("is_passed", label=_("Passed"), accessor=lambda attempt: _("Yes") if attempt.is_passed else ""),
    ]
    list_export = [
        *("user.name", "user.email", "test_set", "edition", "handed_in_at", "recalled", "positive"),
        *("left_alone", "negative", "left_out", "is_passed"),
    ]
    export_filename = "test-set-readers"

    def get_queryset(self) -> QuerySet[SetAttempt]:
        return staff.list_named_attempts()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**context, "unnamed": staff.count_unnamed()}


@for_staff("imaging.change_study")
def prepare(request: StaffRequest, pk: int) -> HttpResponse:
    """Has the cases of the first edition made before a reader asks for them."""
    found = get_object_or_404(TestSet, pk=pk)
    form = forms.Form(sent(request))
    if not form.is_valid():
        return ask(request, describe_preparing(found), form)
    try:
        count = services.prepare_edition(test_set_id=found.pk, edition=found.first_edition)
    except ImagingError as error:
        messages.error(request, str(error))
    else:
        log(found, "imaging.prepare_edition", user=request.user, data={"count": count})
        ordered = ngettext("%(count)d case is ordered.", "%(count)d cases are ordered.", count)
        messages.success(request, ordered % {"count": count})
    return redirect("test_sets")


def describe_preparing(test_set: TestSet) -> Act:
    return Act(
        title=gettext("Make the cases of {test_set}").format(test_set=test_set),
        about=gettext("So that the first reader need not wait for them. What is made already is left alone."),
        consequences=[
            gettext("A worker makes the images one after the other, each in some ten seconds or more."),
            gettext("A case that was withdrawn, or in which no view shows the finding, is made anew."),
        ],
        button=gettext("Make them"),
        back_to=reverse("test_sets"),
        icon="plus",
    )


@hooks.register("register_admin_urls")
def register_set_urls() -> list[URLPattern]:
    return [
        path("test-sets/", TestSetsView.as_view(), name="test_sets"),
        path("test-sets/results/", TestSetsView.as_view(results_only=True), name="test_sets_results"),
        path("test-sets/cases/", CasesView.as_view(), name="set_cases"),
        path("test-sets/cases/results/", CasesView.as_view(results_only=True), name="set_cases_results"),
        path("test-sets/readers/", ReadersView.as_view(), name="set_readers"),
        path("test-sets/readers/results/", ReadersView.as_view(results_only=True), name="set_readers_results"),
        path("test-sets/<int:pk>/prepare/", prepare, name="set_prepare"),
    ]


class SetsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_SEE)


@hooks.register("register_admin_menu_item")
def register_test_sets() -> MenuItem:
    return SetsMenuItem(gettext("Test sets"), reverse("test_sets"), name="test-sets", icon_name="tasks", order=111)
