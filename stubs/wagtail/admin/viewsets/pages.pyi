from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django_stubs_ext import StrOrPromise
from wagtail.admin.views import generic
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page

class PageListingViewSet:
    model: type[Model]
    index_view_class: type[generic.IndexView]
    icon: str
    menu_label: StrOrPromise
    menu_order: int
    add_to_admin_menu: bool
    def __init__(self, name: str | None = None, **kwargs: Any) -> None: ...

class PageViewSet(PageListingViewSet):
    add_view_class: type[CreateView]
    edit_view_class: type[EditView]
    parent_models: Sequence[type[Page]]
