from typing import Any

from django_filters import FilterSet

class WagtailFilterSet(FilterSet): ...

class DateRangePickerWidget:
    def __init__(self, attrs: Any = None) -> None: ...
