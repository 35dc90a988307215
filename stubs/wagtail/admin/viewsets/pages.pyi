from typing import Any

from django.db.models import Model
from django_stubs_ext import StrOrPromise
from wagtail.admin.views import generic

class PageListingViewSet:
    model: type[Model]
    index_view_class: type[generic.IndexView]
    icon: str
    menu_label: StrOrPromise
    menu_order: int
    add_to_admin_menu: bool
    def __init__(self, name: str | None = None, **kwargs: Any) -> None: ...
