from typing import Any

from django.db.models import Field
from django.utils.safestring import SafeString

class TextDiff:
    def to_html(self, tag: str = ...) -> SafeString: ...

class FieldComparison:
    val_a: Any
    val_b: Any
    def __init__(self, field: Field[Any, Any], obj_a: Any, obj_b: Any) -> None: ...
    def htmldiff(self) -> SafeString: ...

def diff_text(a: str, b: str) -> TextDiff: ...
