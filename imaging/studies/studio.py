"""The studio's screen of studies: how far they are made, more of them, and taking one away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
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
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import Act, ReasonForm, ask, for_staff, sent
from core.columns import FormColumn, NamedColumn
from imaging.errors import ImagingError
from imaging.studies import services
from imaging.studies.models import Study
from imaging.studies.queries import get_progress, list_studies, name_kind

MAY_CHANGE = "imaging.change_study"

for_imaging = for_staff(MAY_CHANGE)


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("imaging.order_studies", _("Order studies"), _("Studies ordered"))
    actions.register_action("imaging.withdraw_study", _("Withdraw study"), _("Study withdrawn"))
    actions.register_action("imaging.retry_study", _("Make study again"), _("Study tried again"))


class StudyFilterSet(WagtailFilterSet):
    class Meta:
        model = Study
        fields = {"source": ["exact"], "status": ["exact"], "is_open": ["exact"]}


class StateColumn(Column):
    cell_template_name = "imaging/studies/studio/state_cell.html"


class SourceColumn(Column):
    cell_template_name = "imaging/studies/studio/source_cell.html"


class ActColumn(FormColumn):
    cell_template_name = "imaging/studies/studio/act_cell.html"


class StudiesView(ReportView):
    template_name = "imaging/studies/studio/studies.html"
    page_title = _("Studies")
    header_icon = "image"
    index_url_name = "studies"
    index_results_url_name = "studies_results"
    any_permission_required = ["change"]
    model = Study
    filterset_class = StudyFilterSet
    is_searchable = False
    columns = [
        Column("name", label=_("Study"), accessor=str),
        SourceColumn("source", label=_("Source"), accessor=lambda study: study, width="20%"),
        StateColumn("status", label=_("State"), accessor=lambda study: study, width="25%"),
        Column("kind", label=_("Kind"), accessor=name_kind),
        NamedColumn("is_open", label=_("Open to everybody"), accessor=lambda study: _("Yes") if study.is_open else ""),
        NamedColumn("times_read", label=_("Read")),
        DateColumn("made_at", label=_("Made")),
        ActColumn("act", label=_("Action"), accessor=lambda study: study),
    ]
    list_export = [
        "pk",
        "source",
        "origin",
        "licence",
        "attribution",
        "proof",
        "status",
        "kind",
        "is_open",
        "times_read",
        "made_at",
        "withdrawn_at",
    ]
    export_filename = "studies"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(gettext("Make more"), url=reverse("studies_order"), icon_name="plus"),
            # The screens of what comes in lie above this one, and are known by their address alone.
            HeaderButton(gettext("Add a real case"), url=reverse("incoming_add"), icon_name="upload"),
        ]

    def get_queryset(self) -> QuerySet[Study]:
        return list_studies()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**context, "progress": get_progress()}


@for_imaging
def show_progress(request: StaffRequest) -> HttpResponse:
    """The part of the page that asks again while studies are made."""
    return render(request, "imaging/studies/studio/_progress.html", {"progress": get_progress()})


class OrderForm(forms.Form):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=services.MOST_ORDERED, initial=12)


@for_imaging
def order(request: StaffRequest) -> HttpResponse:
    form = OrderForm(sent(request))
    if form.is_valid():
        count = services.order_studies(count=form.cleaned_data["count"], by=request.user)
        ordered = ngettext("%(count)d study is ordered.", "%(count)d studies are ordered.", count)
        messages.success(request, ordered % {"count": count})
        return redirect("studies")
    act = Act(
        title=gettext("Make more studies"),
        about=gettext("Each is new: another breast, other findings. A third each is suspicious, benign and normal."),
        consequences=[
            gettext("A worker makes them one after the other, each in some ten seconds or more."),
            gettext("Each can be read as soon as it is made."),
        ],
        button=gettext("Make them"),
        back_to=reverse("studies"),
        icon="plus",
    )
    return ask(request, act, form)


@for_imaging
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_object_or_404(Study, pk=pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            services.withdraw_study(study_id=pk, because=form.cleaned_data["because"], by=request.user)
        except ImagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("{study} is withdrawn.").format(study=study))
        return redirect("studies")
    act = Act(
        title=gettext("Withdraw {study}").format(study=study),
        about=gettext("For a study that should not be read any more: its images or its key are wrong."),
        consequences=[
            gettext("Nobody is given it from now on."),
            gettext("Who is reading it is told so; the reading is kept as it stands, and cannot be locked."),
            gettext("Readings that were locked stay, with the truth as it was told, and count in no figure any more."),
            gettext("This cannot be undone."),
        ],
        button=gettext("Withdraw it"),
        back_to=reverse("studies"),
        is_serious=True,
    )
    return ask(request, act, form)


@for_imaging
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        try:
            services.retry_study(study_id=get_object_or_404(Study, pk=pk).pk, by=request.user)
        except ImagingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("It is being made again."))
    return redirect("studies")


@hooks.register("register_admin_urls")
def register_study_urls() -> list[URLPattern]:
    return [
        path("studies/", StudiesView.as_view(), name="studies"),
        path("studies/results/", StudiesView.as_view(results_only=True), name="studies_results"),
        path("studies/progress/", show_progress, name="studies_progress"),
        path("studies/order/", order, name="studies_order"),
        path("studies/<int:pk>/withdraw/", withdraw, name="study_withdraw"),
        path("studies/<int:pk>/retry/", retry, name="study_retry"),
    ]


class StudiesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


@hooks.register("register_admin_menu_item")
def register_studies() -> MenuItem:
    return StudiesMenuItem(gettext("Studies"), reverse("studies"), name="studies", icon_name="image", order=110)
