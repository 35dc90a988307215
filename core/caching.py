"""Pages that are the same for every stranger are rendered once and kept for a moment."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeGuard

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils.cache import patch_vary_headers
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

View = Callable[..., HttpResponse]

NEAR = 1.0
"""Seconds that a process keeps what it found in the shared cache."""
MOST_NEAR = 100
SAME_FOR_STRANGERS = "escan.same_for_strangers"

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


@dataclass(frozen=True)
class Page:
    content: bytes
    headers: dict[str, str]


def cached_for_strangers(view: View) -> View:
    """Let StrangersMiddleware keep the page for visitors who bring no cookie and no question.

    The page must hold nothing of the visitor: no token, no message, no time zone.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        request.META[SAME_FOR_STRANGERS] = True
        return response

    return answer


def key_of_page(path: str) -> str:
    return f"page-of-strangers:{path}"


def forget_page(path: str) -> None:
    """What was kept of it is not shown again, but for NEAR seconds where a process has it at hand."""
    pages.delete(key_of_page(path))


class StrangersMiddleware:
    """Answers a stranger with the page that was made for another one, whole, with the headers of whatever lies below.

    A page is kept in the shared cache for PAGE_CACHE_SECONDS, and in this process for NEAR of them more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.near: dict[str, tuple[float, Page]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_plain = request.method == "GET" and not request.COOKIES and not request.META.get("QUERY_STRING")
        if not (is_plain and settings.PAGE_CACHE_SECONDS):
            return self.get_response(request)
        key = key_of_page(request.path)
        if page := self.find(key):
            request.get_host()  # raises DisallowedHost; probes come by another name, and none of their pages is kept
            request.resolver_match = _resolve(request.path_info)
            return HttpResponse(page.content, headers=page.headers)
        response = self.get_response(request)
        if request.META.get(SAME_FOR_STRANGERS) and _is_whole(response):
            patch_vary_headers(response, ["Cookie"])
            pages.set(key, Page(response.content, dict(response.headers)), settings.PAGE_CACHE_SECONDS)
        return response

    def find(self, key: str) -> Page | None:
        now = time.monotonic()
        until, near = self.near.get(key, (0.0, None))
        if until > now:
            return near
        page: Page | None = pages.get(key)
        if page:
            if len(self.near) >= MOST_NEAR:
                self.near.clear()
            self.near[key] = (now + NEAR, page)
        return page


def _is_whole(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    return isinstance(response, HttpResponse) and response.status_code == 200 and not response.cookies


@lru_cache(maxsize=MOST_NEAR)
def _resolve(path: str) -> ResolverMatch:
    """For the log and the metrics, which name the view."""
    return resolve(path)
