from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import ObjectList
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, UpdatedAtColumn
from wagtail.admin.views.home import LockedPagesPanel, RecentEditsPanel
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.http import StaffRequest
from accounts.models import Mail, User
from cme.certificates.queries import get_held_certificates, get_open_corrections
from core.columns import FormColumn
from core.faults import tell_each
from core.http import post_only
from core.studio import PublishableForm
from courses.faults.checking import check_live_courses
from courses.models import Course, Lesson, Question
from courses.studio.home import CoursesPanel
from courses.studio.queries import get_edited_by, get_status, get_unpublished, with_schedule
from courses.studio.writing import ListView, StatusColumn
from escan import services
from escan.models import ContactMessage, InformationPage
from escan.packages import studio as packages_studio  # noqa: F401 - its hooks register when it is imported
from escan.preview import studio as preview_studio  # noqa: F401 - its hooks register when it is imported
from escan.queries import count_open_messages
from escan.support.studio import urls  # noqa: F401 - its hooks register when it is imported
from escan.support.studio.guard import MAY_ANSWER
from escan.wording import studio as wording_studio  # noqa: F401 - its hooks register when it is imported
from escan.wording.policy import EditOnly
from guides.queries import may_write_guides

# Readers' pages are our own views (decision 2), guides have a list of their own, and review is to come.
# To bring one back, take its name out of the set.
UNUSED = {"explorer", "documents", "help"}
UNUSED_REPORTS = {"locked-pages", "workflows", "workflow-tasks", "aging-pages", "page-types-usage"}
UNUSED_SETTINGS = {"sites", "workflows", "workflow-tasks", "locales"}
UNUSED_SEARCHES = {"pages", "documents"}
UNUSED_PANELS = (RecentEditsPanel, LockedPagesPanel)

LIST_LENGTH = 8


# --- What is hidden ---------------------------------------------------------------------------------


@hooks.register("construct_main_menu")
def hide_unused(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in UNUSED]


@hooks.register("construct_reports_menu")
def hide_unused_reports(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in UNUSED_REPORTS]


@hooks.register("construct_settings_menu")
def hide_unused_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    hidden = UNUSED_SETTINGS if request.user.has_perm("accounts.change_user") else UNUSED_SETTINGS | {"users"}
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_search")
def hide_unused_searches(request: HttpRequest, areas: list[SearchArea]) -> None:
    areas[:] = [area for area in areas if area.name not in UNUSED_SEARCHES]


@hooks.register("register_rich_text_features", order=10)
def open_links_by_address(features: Any) -> None:
    """The dialogue for a link opens on an address: courses and lessons are no pages, and guides have addresses, too."""
    features.plugins_by_editor["draftail"]["link"].data["chooserUrls"]["pageChooser"] = reverse_lazy(
        "wagtailadmin_choose_page_external_link"
    )


# --- Look -------------------------------------------------------------------------------------------


@hooks.register("insert_editor_js")
def keep_before_saving() -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static("js/studio-saving.js"))


@hooks.register("insert_global_admin_css")
def use_our_look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/studio.css"))


# --- Home -------------------------------------------------------------------------------------------


def may_change(user: User, model: type[Model]) -> bool:
    return user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


def get_edit_address(row: Model) -> str:
    return str(AdminURLFinder().get_edit_url(row))


def describe(row: Any, at: datetime, who: AbstractBaseUser | None = None) -> dict[str, Any]:
    return {
        "title": row.latest_revision.object_str,
        "address": get_edit_address(row),
        "kind": row._meta.verbose_name.capitalize(),
        "status": get_status(row),
        "who": who,
        "at": at,
    }


class WritingPanel(Component):
    """What waits to be published, what this author worked on last, and a way to begin something new."""

    order = 100
    template_name = "escan/studio/writing.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        begun = [
            (words, reverse(f"wagtailsnippets_courses_{model._meta.model_name}:add"))
            for model, words in ((Lesson, gettext("Add a lesson")), (Question, gettext("Add a question")))
            if user.has_perm(f"courses.add_{model._meta.model_name}")
        ]
        if may_write_guides(user):
            begun.append((gettext("Add a guide"), reverse("guides_studio:choose_parent")))
        if not may_write_guides(user) and not any(may_change(user, model) for model in (Lesson, Question, Course)):
            return {"links": begun}
        return {
            "is_author": True,
            "links": begun,
            "waiting": [
                describe(row, row.latest_revision.created_at, row.latest_revision.user)
                for row in get_unpublished(limit=LIST_LENGTH)
            ],
            "edited": [describe(row, at) for at, row in get_edited_by(user, limit=LIST_LENGTH)],
        }


class WaitingForStaffPanel(Component):
    """What stands still until somebody looks."""

    order = 50
    template_name = "escan/studio/held.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        may = parent_context["request"].user.has_perm
        return {
            "count": get_held_certificates().count() if may("cme.change_certificate") else 0,
            "corrections": get_open_corrections().count() if may("cme.change_certificate") else 0,
            "messages": count_open_messages() if may(MAY_ANSWER) else 0,
            "courses": [
                {"title": course.title, "address": get_edit_address(course), "faults": tell_each(faults)}
                for course, faults in (check_live_courses() if may("courses.change_course") else ())
            ],
            "mails": Mail.objects.in_trouble().count() if may("accounts.change_mail") else 0,
        }


@hooks.register("construct_homepage_panels")
def fill_home(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [panel for panel in panels if not isinstance(panel, UNUSED_PANELS)]
    panels += [WaitingForStaffPanel(), CoursesPanel(), WritingPanel()]


# --- The people's pages -----------------------------------------------------------------------------


class InformationViewSet(SnippetViewSet):
    model = InformationPage
    icon = "info-circle"
    menu_label = _("Information")
    menu_order = 130
    add_to_admin_menu = True
    index_view_class = ListView
    copy_view_enabled = False
    edit_handler = ObjectList(InformationPage.panels, base_form_class=PublishableForm)
    list_display = [
        "title",
        Column("address", label=_("Address"), accessor="get_absolute_url"),
        StatusColumn(),
        UpdatedAtColumn(),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InformationPage]:
        return with_schedule(InformationPage.objects.all())


register_permission_policy(InformationPage, EditOnly(InformationPage))
register_snippet(InformationViewSet)


# --- Messages to staff ------------------------------------------------------------------------------


class MessageFilterSet(WagtailFilterSet):
    handled_at = BooleanFilter(label=_("Handled"), lookup_expr="isnull", exclude=True, widget=BooleanRadioSelect)

    class Meta:
        model = ContactMessage
        fields = {"topic": ["exact"], "email": ["icontains"], "message": ["icontains"]}


class MessageColumn(Column):
    cell_template_name = "escan/studio/message_cell.html"


class HandleColumn(FormColumn):
    cell_template_name = "escan/studio/handle_cell.html"


class MessagesView(ReportView):
    page_title = _("Messages")
    header_icon = "mail"
    index_url_name = "contact_messages"
    index_results_url_name = "contact_messages_results"
    any_permission_required = ["change"]
    model = ContactMessage
    filterset_class = MessageFilterSet
    is_searchable = False
    default_ordering = "-created_at"
    columns = [
        Column("pk", label=_("No.")),
        DateColumn("created_at", label=_("Arrived")),
        Column("topic", label=_("Topic"), accessor="get_topic_display"),
        MessageColumn("message", label=_("Message"), accessor=lambda row: row, width="45%"),
        HandleColumn("handled_at", label=_("Handled"), accessor=lambda row: row),
    ]
    list_export = ["pk", "created_at", "topic", "name", "email", "message", "handled_at"]
    export_headings = {"pk": _("No.")}
    export_filename = "messages"

    def get_queryset(self) -> QuerySet[ContactMessage]:
        return ContactMessage.objects.select_related("user").order_by("-created_at")


@post_only("contact_messages")
@require_admin_access
@permission_required(MAY_ANSWER)
def handle_message(request: StaffRequest, pk: int) -> HttpResponse:
    if services.handle_message(message_id=pk, by=request.user):
        messages.success(request, gettext("Message {pk} is handled.").format(pk=pk))
    else:
        messages.warning(request, gettext("Message {pk} was handled before.").format(pk=pk))
    return redirect("contact_messages")


@post_only("contact_messages")
@require_admin_access
@permission_required(MAY_ANSWER)
def reopen_message(request: StaffRequest, pk: int) -> HttpResponse:
    if services.reopen_message(message_id=pk, by=request.user):
        messages.success(request, gettext("Message {pk} is open again.").format(pk=pk))
    else:
        messages.warning(request, gettext("Message {pk} is open already.").format(pk=pk))
    return redirect("contact_messages")


@hooks.register("register_admin_urls")
def register_message_urls() -> list[URLPattern]:
    return [
        path("messages/", MessagesView.as_view(), name="contact_messages"),
        path("messages/results/", MessagesView.as_view(results_only=True), name="contact_messages_results"),
        path("messages/<int:pk>/handle/", handle_message, name="handle_message"),
        path("messages/<int:pk>/reopen/", reopen_message, name="reopen_message"),
    ]


class MessagesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_ANSWER)


@hooks.register("register_admin_menu_item")
def register_messages() -> MenuItem:
    return MessagesMenuItem(_("Messages"), reverse("contact_messages"), name="messages", icon_name="mail", order=140)


@hooks.register("register_log_actions")
def register_message_actions(actions: LogActionRegistry) -> None:
    actions.register_action("escan.handle_message", _("Handle message"), _("Message handled"))
    actions.register_action("escan.reopen_message", _("Open message again"), _("Message opened again"))
