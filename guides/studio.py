"""Guides in the studio: Wagtail's own screens of a page, and a list of ours."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.pages import PageListingViewSet

from guides.models import Guide


class GuideListing(PageListingViewSet):
    model = Guide
    icon = "doc-full-inverse"
    menu_label = _("Guides")
    menu_order = 110
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def register_guides() -> GuideListing:
    # The addresses of readers have the plain name.
    return GuideListing("guides_studio", url_prefix="guides")
