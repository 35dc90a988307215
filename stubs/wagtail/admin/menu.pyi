from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django_stubs_ext import StrOrPromise

class MenuItem:
    name: str
    order: int
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

class Menu:
    def __init__(
        self,
        register_hook_name: str | None = None,
        construct_hook_name: str | None = None,
        items: Sequence[MenuItem] | None = None,
    ) -> None: ...

class SubmenuMenuItem(MenuItem):
    def __init__(
        self,
        label: StrOrPromise,
        menu: Menu,
        *,
        name: str | None = None,
        classname: str = "",
        icon_name: str = "",
        order: int = 1000,
    ) -> None: ...
