from collections.abc import Mapping
from typing import Any

from django_stubs_ext import StrOrPromise
from wagtail.admin.ui.components import Component

class BaseButton(Component):
    def __init__(
        self,
        label: StrOrPromise = "",
        url: str | None = None,
        classname: str = "",
        icon_name: str | None = None,
        attrs: Mapping[str, Any] | None = None,
        priority: int = 1000,
    ) -> None: ...

class Button(BaseButton): ...

class HeaderButton(BaseButton):
    def __init__(
        self,
        label: StrOrPromise = "",
        url: str | None = None,
        classname: str = "",
        icon_name: str | None = None,
        attrs: Mapping[str, Any] | None = None,
        icon_only: bool = False,
        **kwargs: Any,
    ) -> None: ...
