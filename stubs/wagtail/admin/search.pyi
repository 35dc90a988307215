from collections.abc import Mapping

from django.http import HttpRequest
from django_stubs_ext import StrOrPromise

class SearchArea:
    name: str
    def __init__(
        self,
        label: StrOrPromise,
        url: str,
        name: str | None = None,
        classname: str = "",
        icon_name: str = "",
        attrs: Mapping[str, str] | None = None,
        order: int = 1000,
    ) -> None: ...
    def is_shown(self, request: HttpRequest) -> bool: ...
