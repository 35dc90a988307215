"""Pages that are the same for every stranger are rendered once and kept for a moment."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

View = Callable[..., HttpResponse]

# For what can be made again.
pages = ConnectionProxy(caches, "pages")


class _Client(RedisCacheClient):
    """Keeps redis-py's client, which any thread may use; django makes one for each command, which costs as much."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._kept


class Redis(RedisCache):
    """Django's cache in one Redis server, with one client."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client


class ForgivingRedis(Redis):
    """While Redis is away, or full, nothing is known and nothing is kept. Keeps nothing for longer than its TIMEOUT."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> Any:
        asked, longest = super().get_backend_timeout(timeout), self.default_timeout
        return min((seconds for seconds in (asked, longest) if seconds is not None), default=None)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        with suppress(RedisError):
            return super().get(key, default, version)
        return default

    def add(self, *args: Any, **kwargs: Any) -> bool:
        with suppress(RedisError):
            return bool(super().add(*args, **kwargs))
        return False

    def set(self, *args: Any, **kwargs: Any) -> None:
        with suppress(RedisError):
            super().set(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        with suppress(RedisError):
            return bool(super().delete(*args, **kwargs))
        return False

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        with suppress(RedisError):
            return bool(super().has_key(*args, **kwargs))
        return False


def cached_for_strangers(view: View) -> View:
    """Answer a visitor who brings no cookie and no question from the shared cache. Everyone else gets the view itself.

    The page must hold nothing of the visitor: no token, no message, no time zone.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        is_plain = request.method == "GET" and not request.COOKIES and not request.META.get("QUERY_STRING")
        if not (is_plain and settings.PAGE_CACHE_SECONDS):
            return view(request, *args, **kwargs)
        key = f"page-for-strangers:{request.path}"
        kept = pages.get(key)
        if kept is not None:
            response = HttpResponse(kept)
            patch_vary_headers(response, ["Cookie"])
            return response
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not response.cookies:
            pages.set(key, response.content, settings.PAGE_CACHE_SECONDS)
        return response

    return answer
