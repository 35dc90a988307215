"""The studio's screen of panels: what the last one comes to, the reasons that readers gave, opening and closing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from imaging.errors import ImagingError
from imaging.panel import services
from imaging.panel.models import Panel, PanelAnswer
from imaging.panel.queries import NEEDED, get_holdings, get_open_panel, get_result, list_answers

MAY_CHANGE = "imaging.change_panel"

for_panel = for_staff(MAY_CHANGE)


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("imaging.open_panel", _("Open a panel"), _("Panel opened"))
    actions.register_action("imaging.close_panel", _("Close a panel"), _("Panel closed"))


def name_source(answer: PanelAnswer) -> str:
    return gettext("Real") if answer.image.is_real else gettext("Synthetic")


def name_answer(answer: PanelAnswer) -> str:
    return gettext("Real") if answer.says_real else gettext("Synthetic")


class AnswerFilterSet(WagtailFilterSet):
    class Meta:
        model = PanelAnswer
        fields = {"image__panel": ["exact"], "image__is_real": ["exact"], "says_real": ["exact"]}


class PanelView(ReportView):
    template_name = "imaging/panel/studio/panel.html"
    page_title = _("Real or synthetic")
    header_icon = "help"
    index_url_name = "panel_answers"
    index_results_url_name = "panel_answers_results"
    any_permission_required = ["view"]
    model = PanelAnswer
    filterset_class = AnswerFilterSet
    is_searchable = False
    columns = [
        Column("image", label=_("Image"), accessor=lambda answer: answer.image_id),
        Column("source", label=_("It is"), accessor=name_source),
        Column("says", label=_("Reader says"), accessor=name_answer),
        Column("confidence", label=_("Sure, percent")),
        Column("because", label=_("Why"), width="40%"),
        DateColumn("answered_at", label=_("Answered")),
    ]
    list_export = ["image.panel", "image_id", "image.is_real", "says_real", "confidence", "because", "answered_at"]
    export_filename = "panel-answers"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if get_open_panel():
            return [HeaderButton(gettext("Close the panel"), url=reverse("panel_close"), icon_name="cross")]
        if get_holdings().is_enough:
            return [HeaderButton(gettext("Open a panel"), url=reverse("panel_open"), icon_name="plus")]
        return []

    def get_queryset(self) -> QuerySet[PanelAnswer]:
        return list_answers()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        panel = Panel.objects.first()
        result = get_result(panel) if panel else None
        return {**context, "result": result, "holdings": get_holdings(), "needed": NEEDED}


@for_panel
def open_panel(request: StaffRequest) -> HttpResponse:
    act = Act(
        title=gettext("Open a panel"),
        about=gettext("Readers judge single images, real and synthetic ones in equal number, drawn now by chance."),
        consequences=[
            gettext("Everybody with access finds it at {address}.").format(address=reverse("imaging:panel")),
            gettext("Each reader is asked about all images, in an order of their own; an answer stands."),
            gettext("What an image is is told to nobody while the panel is open."),
        ],
        button=gettext("Open it"),
        back_to=reverse("panel_answers"),
        icon="plus",
    )
    return act_on(request, act, services.open_panel, gettext("The panel is open."))


@for_panel
def close_panel(request: StaffRequest) -> HttpResponse:
    act = Act(
        title=gettext("Close the panel"),
        about=gettext("For when enough readers have answered, or an image should not have been in it."),
        consequences=[
            gettext("Nobody answers any more; who has not finished is not counted in the area."),
            gettext("The result stays on this screen. A closed panel is not opened again."),
        ],
        button=gettext("Close it"),
        back_to=reverse("panel_answers"),
    )
    return act_on(request, act, services.close_panel, gettext("The panel is closed."))


def act_on(request: StaffRequest, act: Act, service: Any, done: str) -> HttpResponse:
    form = forms.Form(sent(request))
    if not form.is_valid():
        return ask(request, act, form)
    try:
        service(by=request.user)
    except ImagingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("panel_answers")


@hooks.register("register_admin_urls")
def register_panel_urls() -> list[URLPattern]:
    return [
        path("panel/", PanelView.as_view(), name="panel_answers"),
        path("panel/results/", PanelView.as_view(results_only=True), name="panel_answers_results"),
        path("panel/open/", open_panel, name="panel_open"),
        path("panel/close/", close_panel, name="panel_close"),
    ]


class PanelMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


@hooks.register("register_admin_menu_item")
def register_panel() -> MenuItem:
    return PanelMenuItem(
        gettext("Real or synthetic"), reverse("panel_answers"), name="panel", icon_name="help", order=112
    )
