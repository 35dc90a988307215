from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django_stubs_ext import StrOrPromise

def success(
    request: HttpRequest, message: StrOrPromise, buttons: Sequence[Any] | None = None, extra_tags: str = ""
) -> None: ...
def error(
    request: HttpRequest, message: StrOrPromise, buttons: Sequence[Any] | None = None, extra_tags: str = ""
) -> None: ...
def warning(
    request: HttpRequest, message: StrOrPromise, buttons: Sequence[Any] | None = None, extra_tags: str = ""
) -> None: ...
def button(url: str, text: StrOrPromise, new_window: bool = False) -> Any: ...
