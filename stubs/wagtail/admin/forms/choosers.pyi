from typing import Any

from django import forms

class BaseFilterForm(forms.Form):
    is_searching: bool
    search_query: str | None
    def filter(self, objects: Any) -> Any: ...

class SearchFilterMixin(forms.Form): ...
