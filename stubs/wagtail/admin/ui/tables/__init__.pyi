from collections.abc import Callable
from typing import Any

from django_stubs_ext import StrOrPromise

_Accessor = str | Callable[[Any], Any]

class BaseColumn:
    name: str
    cell_template_name: str | None
    def __init__(
        self,
        name: str,
        label: StrOrPromise | None = None,
        accessor: _Accessor | None = None,
        classname: str | None = None,
        sort_key: str | None = None,
        width: str | None = None,
        **kwargs: Any,
    ) -> None: ...
    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]: ...

class Column(BaseColumn):
    def get_value(self, instance: Any) -> Any: ...

class TitleColumn(Column):
    def __init__(
        self, name: str, url_name: str | None = None, get_url: Callable[[Any], str | None] | None = None, **kwargs: Any
    ) -> None: ...

class StatusTagColumn(Column):
    def __init__(self, name: str, primary: _Accessor | bool | None = None, **kwargs: Any) -> None: ...

class BooleanColumn(Column): ...
class DateColumn(Column): ...

class UpdatedAtColumn(DateColumn):
    def __init__(self, **kwargs: Any) -> None: ...

class BulkActionsCheckboxColumn(BaseColumn):
    def __init__(self, *args: Any, obj_type: str, **kwargs: Any) -> None: ...
