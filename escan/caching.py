"""Pages that are the same for every stranger are rendered once and kept for a moment."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from redis.exceptions import RedisError

View = Callable[..., HttpResponse]


def cached_for_strangers(view: View) -> View:
    """Answer a visitor who brings no cookie and no question from the shared cache. Everyone else gets the view itself.

    The page must hold nothing of the visitor: no token, no message, no time zone. Without Redis it is made each time.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        is_plain = request.method == "GET" and not request.COOKIES and not request.META.get("QUERY_STRING")
        if not (is_plain and settings.PAGE_CACHE_SECONDS):
            return view(request, *args, **kwargs)
        key = f"page-for-strangers:{request.path}"
        try:
            kept = cache.get(key)
        except RedisError:
            return view(request, *args, **kwargs)
        if kept is not None:
            response = HttpResponse(kept)
            patch_vary_headers(response, ["Cookie"])
            return response
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not response.cookies:
            cache.set(key, response.content, settings.PAGE_CACHE_SECONDS)
        return response

    return answer
