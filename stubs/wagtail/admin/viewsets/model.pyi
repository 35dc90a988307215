from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model
from django_stubs_ext import StrOrPromise
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.views import generic

class ModelViewSet:
    model: type[Model]
    icon: str
    menu_label: StrOrPromise
    menu_order: int
    add_to_admin_menu: bool
    index_view_class: type[generic.IndexView]
    add_view_class: type[generic.CreateView]
    edit_view_class: type[generic.EditView]
    delete_view_class: type[generic.DeleteView]
    list_display: Sequence[str | BaseColumn]
    list_filter: Sequence[str] | Mapping[str, Sequence[str]]
    list_per_page: int
    search_fields: Sequence[str]
    copy_view_enabled: bool
    create_template_name: str
    edit_template_name: str
    def get_form_class(self, for_update: bool = False) -> type[Any]: ...
    def get_url_name(self, view_name: str) -> str: ...

class ModelViewSetGroup:
    items: Sequence[type[ModelViewSet]]
    menu_label: StrOrPromise
    menu_icon: str
    menu_order: int
