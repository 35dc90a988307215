"""Guides in the studio: Wagtail's own screens of a page, and a list of ours."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import BulkActionsColumn, ParentPageColumn
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.images.models import Image
from wagtail.models import Page

from core.keeping import KEPT_BY
from core.studio import refuse_to_delete, see_what_came_between
from courses.faults.studio import make_panel
from courses.studio.queries import WRITTEN, get_ids_in_bodies
from guides.forms import GuideForm
from guides.models import Guide
from guides.queries import may_write_guides
from guides.services import lock_guides
from reviews.queries import tell_state, with_review
from reviews.studio.editing import PageLeadsToReview

KEPT_BECAUSE = _("It was published, and links and search engines lead to it. Unpublish it instead.")

WRITTEN[Guide] = ["body", "latest_revision__content"]
KEPT_BY[Guide].append(lambda guide: guide.addresses.exists())
KEPT_BY[Image].append(lambda image: image.pk in get_ids_in_bodies(Guide, "image"))
# Wagtail's editor of pages has its margins from the tabs.
CONTENT = ObjectList([make_panel(), *Guide.content_panels], heading=_("Guide"))
Guide.edit_handler = TabbedInterface([CONTENT], base_form_class=GuideForm)


class ForWriters:
    """A view of Wagtail's that asks whether somebody may enter the studio at all."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_write_guides(request.user):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ChooseParent(ForWriters, ChooseParentView):
    pass


class GuideList(ForWriters, IndexView):
    base_columns = [
        *(column for column in IndexView.base_columns if not isinstance(column, BulkActionsColumn | ParentPageColumn)),
        Column("review", label=_("Review"), accessor=lambda guide: tell_state(guide.review, guide), width="12%"),
    ]

    def annotate_queryset(self, pages: "QuerySet[Any]") -> "QuerySet[Any]":
        return super().annotate_queryset(with_review(pages))


class GuideListing(PageListingViewSet):
    model = Guide
    index_view_class = GuideList
    choose_parent_view_class = ChooseParent
    icon = "doc-full-inverse"
    menu_label = _("Guides")
    menu_order = 110
    add_to_admin_menu = True


class AddGuide(PageLeadsToReview, CreateView):
    """One author after the other, so that the form tells the second one which address the first has just taken."""

    @transaction.atomic
    def post(self, request: HttpRequest) -> HttpResponse:
        self.parent_page = lock_guides()
        return super().post(request)


class EditGuide(PageLeadsToReview, EditView):
    """As `AddGuide`."""

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lock_guides()
        # The page was loaded before; a draft that keeps itself gives way.
        if see_what_came_between(self.page) and self.expects_json_response:
            return self.json_error_response("invalid_revision", gettext("A newer version was saved meanwhile."))
        return super().post(request, *args, **kwargs)


class GuideScreens(PageViewSet):
    model = Guide
    add_view_class = AddGuide
    edit_view_class = EditGuide
    # The list of what stands under the index stays Wagtail's own.
    parent_models: Sequence[type[Page]] = ()


@hooks.register("register_admin_viewset")
def register_screens() -> GuideScreens:
    return GuideScreens("guide_screens")


@hooks.register("register_admin_viewset")
def register_guides() -> GuideListing:
    # The addresses of readers have the plain name.
    return GuideListing("guides_studio", url_prefix="guides")


@hooks.register("construct_main_menu")
def show_guides_to_who_writes_them(request: HttpRequest, items: list[MenuItem]) -> None:
    if not may_write_guides(request.user):
        items[:] = [item for item in items if item.name != "guides"]


@hooks.register("construct_page_action_menu")
def offer_to_publish_first(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """As in the editor of a lesson."""
    items.sort(key=lambda item: item.name != "action-publish")


@hooks.register("before_delete_page")
def refuse_what_was_published(request: HttpRequest, page: Page) -> HttpResponse | None:
    back_to = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return refuse_to_delete(request, [page.specific], because=lambda _: str(KEPT_BECAUSE), back_to=back_to)


@hooks.register("before_bulk_action")
def refuse_many_at_once(request: HttpRequest, action_type: str, rows: list[Model], action: Any) -> HttpResponse | None:
    """Wagtail would publish and delete without asking what a guide lacks, and what leads to it."""
    if not any(isinstance(row, Page) for row in rows):
        return None
    messages.error(request, gettext("Guides are published, taken off and deleted one by one."))
    return redirect(action.next_url)
