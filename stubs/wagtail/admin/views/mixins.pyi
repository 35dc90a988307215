from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponseBase
from django_stubs_ext import StrOrPromise

_Preprocess = Mapping[Any, Mapping[str, Callable[[Any], Any]]]

class ExcelDateFormatter:
    def get(self) -> str: ...

class SpreadsheetExportMixin:
    as_spreadsheet: Callable[[Any, Any, str], HttpResponseBase]
    list_export: Sequence[str]
    custom_field_preprocess: _Preprocess
    custom_value_preprocess: dict[Any, Any]
    export_headings: Mapping[str, StrOrPromise]
    export_filename: str

    def to_row_dict(self, item: Any) -> dict[str, Any]: ...
