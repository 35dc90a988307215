"""Faults in the studio: above each editor, and on the home what went wrong with what is live."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.forms import Media, Script
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.panels import MultiFieldPanel, Panel
from wagtail.admin.ui.components import Component

from accounts.http import StaffRequest
from core.faults import READERS, check
from courses.faults.lines import write_lines
from courses.faults.queries import get_standing, may_mend

STYLE = Media(css={"all": ["css/studio-faults.css"]})
TEMPLATE = "courses/faults/studio/panel.html"


class FaultsPanel(Panel):
    """All that is wrong with the draft: as it is saved, or as it was sent and refused."""

    class BoundPanel(Panel.BoundPanel):
        template_name = TEMPLATE

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @property
        def media(self) -> Media:
            scripts: list[Any] = [Script("js/studio-faults.js", type="module")]
            return STYLE + Media(js=scripts)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            label = self.instance._meta.label_lower
            address = reverse("faults_of_draft", args=[label, self.instance.pk])
            return {**context, "address": address, **describe(self.instance)}


def make_panel() -> Panel:
    return MultiFieldPanel([FaultsPanel()], _("What to mend"), classname="faults-panel")


def describe(row: Any) -> dict[str, Any]:
    faults = check(row)
    stops = sum(fault.stops for fault in faults)
    return {"faults": faults, "lines": write_lines(faults), "stops": stops, "advised": len(faults) - stops}


@require_admin_access
def show_faults(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Of the draft as it is saved by now: an editor that keeps itself asks again."""
    try:
        model: Any = apps.get_model(kind)
    except (LookupError, ValueError) as unknown:
        raise Http404 from unknown
    if model not in READERS:
        raise Http404
    if not may_mend(request.user, kind):
        raise PermissionDenied
    row = get_object_or_404(model, pk=pk)
    return render(request, TEMPLATE, describe(row.get_latest_revision_as_object()))


@hooks.register("register_admin_urls")
def register_faults() -> list[URLPattern]:
    return [path("faults/<str:kind>/<int:pk>/", show_faults, name="faults_of_draft")]


class StandingPanel(Component):
    """What has gone wrong with what learners read, since when, for whoever may mend it."""

    order = 60
    media = STYLE
    template_name = "courses/faults/studio/standing.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"groups": get_standing(parent_context["request"].user)}


@hooks.register("construct_homepage_panels")
def tell_what_stands(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(StandingPanel())
