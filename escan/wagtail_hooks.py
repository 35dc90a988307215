from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import LockedPagesPanel, RecentEditsPanel

from cme.queries import get_held_certificates
from courses.models import Course, Lesson, Question
from courses.queries import get_edited_by, get_status, get_unpublished

# Learners' pages are our own views (decision 2); what these are for comes with guides and with review.
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
    items[:] = [item for item in items if item.name not in UNUSED_SETTINGS]


@hooks.register("construct_search")
def hide_unused_searches(request: HttpRequest, areas: list[SearchArea]) -> None:
    areas[:] = [area for area in areas if area.name not in UNUSED_SEARCHES]


@hooks.register("register_rich_text_features", order=10)
def open_links_by_address(features: Any) -> None:
    """The dialogue for a link opens on an address: there are no pages to choose from until there are guides."""
    features.plugins_by_editor["draftail"]["link"].data["chooserUrls"]["pageChooser"] = reverse_lazy(
        "wagtailadmin_choose_page_external_link"
    )


# --- Look -------------------------------------------------------------------------------------------


@hooks.register("insert_global_admin_css")
def use_our_look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/studio.css"))


# --- Home -------------------------------------------------------------------------------------------


def may_change(user: AbstractBaseUser, model: type[Model]) -> bool:
    return bool(user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"))  # type: ignore[attr-defined]


def describe(row: Any, at: datetime, who: AbstractBaseUser | None = None) -> dict[str, Any]:
    return {
        "title": row.latest_revision.object_str,
        "address": reverse(row.snippet_viewset.get_url_name("edit"), args=[row.pk]),
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
            (f"Add a {model._meta.verbose_name}", reverse(f"wagtailsnippets_courses_{model._meta.model_name}:add"))
            for model in (Lesson, Question)
            if user.has_perm(f"courses.add_{model._meta.model_name}")
        ]
        if not any(may_change(user, model) for model in (Lesson, Question, Course)):
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


class HeldCertificatesPanel(Component):
    """Certificates that cannot be made until somebody looks."""

    order = 50
    template_name = "escan/studio/held.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        may_see = parent_context["request"].user.has_perm("cme.change_certificate")
        return {"count": get_held_certificates().count() if may_see else 0}


@hooks.register("construct_homepage_panels")
def fill_home(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [panel for panel in panels if not isinstance(panel, UNUSED_PANELS)]
    panels += [HeldCertificatesPanel(), WritingPanel()]
