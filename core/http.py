import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

View = Callable[..., HttpResponseBase]


class HtmxRequest(HttpRequest):
    """The type of every request here, for views that answer htmx with a part of the page: `if request.htmx`."""

    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """The form was taken; what follows is fetched with GET."""

    status_code = 303


def parse_json(sent: str | bytes) -> Any:
    """What a script sent. Raises ValueError for whatever is no JSON that a form can take.

    Python itself ends otherwise in two cases: a number that no float holds, and brackets in brackets without end.
    """
    try:
        return json.loads(sent, parse_int=_take_number)
    except RecursionError as error:
        raise ValueError("Brackets in too many brackets") from error


def _take_number(digits: str) -> int:
    number = int(digits)
    try:
        float(number)
    except OverflowError as error:
        raise ValueError("A number that no float holds") from error
    return number


def post_only(name: str, *kept: str, query: str = "") -> Callable[[View], View]:
    """For an address that only takes what a form sends: whoever opens it is led to the page of that form.

    People open such an address by reloading, from their history, and when they had to sign in on the way. The page is
    given by its name and by the parts of the address that it needs, too; `query` may use all parts, as in "q={number}".
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def show_page_or_take(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **parts)
            page = reverse(name, args=[parts[part] for part in kept])
            return HttpResponseRedirect(f"{page}?{query.format(**parts)}" if query else page)

        return show_page_or_take

    return decorate
