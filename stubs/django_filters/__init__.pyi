# What the studio's lists use of django-filter, which ships no types.
from collections.abc import Callable
from typing import Any

from django_stubs_ext import StrOrPromise

class Filter:
    def __init__(
        self,
        field_name: str | None = None,
        lookup_expr: str | None = None,
        *,
        label: StrOrPromise | None = None,
        method: str | Callable[..., Any] | None = None,
        distinct: bool = False,
        exclude: bool = False,
        **kwargs: Any,
    ) -> None: ...

class BooleanFilter(Filter): ...
class DateFromToRangeFilter(Filter): ...
class CharFilter(Filter): ...

class ChoiceFilter(Filter):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class FilterSet:
    class Meta:
        model: Any
        fields: Any

    @classmethod
    def get_filters(cls) -> dict[str, Filter]: ...
