from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.generic.base import ContextMixin, TemplateResponseMixin
from django.views.generic.edit import BaseCreateView, BaseDeleteView, BaseUpdateView
from django.views.generic.list import BaseListView
from django_stubs_ext import StrOrPromise
from wagtail.admin.ui.tables import BaseColumn, TitleColumn
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.permission_policies import BasePermissionPolicy

class PermissionCheckedMixin:
    any_permission_required: Sequence[str] | None
    permission_policy: BasePermissionPolicy

class WagtailAdminTemplateMixin(TemplateResponseMixin, ContextMixin):
    page_title: StrOrPromise
    header_icon: str
    @property
    def header_buttons(self) -> Sequence[Any]: ...
    @property
    def header_more_buttons(self) -> Sequence[Any]: ...

class BaseListingView(WagtailAdminTemplateMixin, BaseListView[Any]):
    results_only: bool
    index_url_name: str
    index_results_url_name: str
    is_searchable: bool
    default_ordering: str
    filterset_class: type[Any]
    @property
    def columns(self) -> Sequence[BaseColumn]: ...
    @property
    def search_fields(self) -> Sequence[str] | set[str]: ...
    @property
    def is_searching(self) -> bool: ...
    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]: ...
    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]: ...
    def get_base_queryset(self) -> QuerySet[Any]: ...
    def get_queryset(self) -> QuerySet[Any]: ...

class IndexView(SpreadsheetExportMixin, PermissionCheckedMixin, BaseListingView):
    edit_url_name: str
    def get_edit_url(self, instance: Model) -> str | None: ...
    def _get_title_column_class(self, column_class: type[TitleColumn]) -> type[TitleColumn]: ...
    def get_list_more_buttons(self, instance: Model) -> list[Any]: ...

class _FormView(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    request: HttpRequest
    form: Any
    object: Any
    edit_url_name: str
    draftstate_enabled: bool
    expects_json_response: bool
    def get_success_buttons(self) -> list[Any]: ...
    def get_edit_url(self) -> str: ...
    def is_valid(self, form: Any) -> bool: ...
    def save_instance(self) -> Any: ...
    def save_action(self) -> HttpResponse: ...

class CreateView(_FormView, BaseCreateView[Any, Any]): ...
class EditView(_FormView, BaseUpdateView[Any, Any]): ...

class DeleteView(PermissionCheckedMixin, WagtailAdminTemplateMixin, BaseDeleteView[Any, Any]):
    edit_url_name: str
    def delete_action(self) -> None: ...
