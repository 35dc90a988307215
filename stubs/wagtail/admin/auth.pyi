from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_F = TypeVar("_F", bound=Callable[..., Any])

def require_admin_access(view_func: _F) -> _F: ...
def get_localized_response(
    view_func: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase: ...
