from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django_stubs_ext import StrOrPromise

_Preprocess = Mapping[Any, Mapping[str, Callable[[Any], Any]]]

class SpreadsheetExportMixin:
    list_export: Sequence[str]
    custom_field_preprocess: _Preprocess
    custom_value_preprocess: dict[Any, Any]
    export_headings: Mapping[str, StrOrPromise]
    export_filename: str
