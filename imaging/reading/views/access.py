"""Whose reading it is, and how it is refused: to a person by a page, to the viewer in JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import is_signed_in
from core.http import HtmxRequest, SeeOther, parse_json
from imaging.errors import ImagingError
from imaging.reading.errors import MarkedAlready, NoSuchMark, ReadingLocked, StudyClosed, StudyWithdrawn
from imaging.reading.models import Reading
from imaging.reading.queries import get_reading_for
from imaging.reading.sessions import reader_of

View = Callable[..., HttpResponseBase]

# What a refusal is to a script; any other is 400.
STATUS: dict[type[ImagingError], int] = {
    MarkedAlready: 409,
    NoSuchMark: 404,
    ReadingLocked: 409,
    StudyClosed: 403,
    StudyWithdrawn: 409,
}


def refused(error: ImagingError) -> JsonResponse:
    return JsonResponse({"error": str(error)}, status=STATUS.get(type(error), 400))


def wants_json(request: HttpRequest) -> bool:
    return request.method == "DELETE" or request.content_type == "application/json"


def of_reader(view: View) -> View:
    """Gives the view the reader's own reading. Another's is not there; who is not signed in may do so first."""

    @never_cache
    @wraps(view)
    def guarded(request: HtmxRequest, key: str, **rest: str) -> HttpResponseBase:
        try:
            reading = get_reading_for(reader_of(request), key)
        except StudyClosed as closed:
            return refused(closed) if wants_json(request) else show_closed(request)
        except Http404:
            if wants_json(request):
                return refuse_script(request)
            if is_signed_in(request):
                raise
            return sign_in_again(request, key)
        return view(request, reading, **rest)

    return guarded


def sign_in_again(request: HtmxRequest, key: str) -> HttpResponse:
    """Whose session ended in the middle of a reading signs in, and is back at its page."""
    response = redirect_to_login(reverse("imaging:reading", args=[key]))
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def refuse_script(request: HttpRequest) -> JsonResponse:
    """Who was signed out meanwhile is told so: the viewer keeps the marks until they have signed in again."""
    if is_signed_in(request):
        return JsonResponse({"error": gettext("There is no such reading of yours.")}, status=404)
    return JsonResponse({"error": gettext("Sign in again to go on with this reading.")}, status=403)


def show_closed(request: HttpRequest) -> HttpResponse:
    return render(request, "imaging/reading/closed.html", status=403)


def back_to(reading: Reading, part: str = "") -> HttpResponse:
    return SeeOther(f"{reading.get_absolute_url()}{part}")


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Empty for what is no object of JSON: its form says what lacks."""
    if request.content_type != "application/json":
        return {}
    try:
        sent = parse_json(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def in_words(form: forms.Form) -> str:
    """What is wrong with each field, as sentences."""
    told = [(form.fields[name].label or name, error) for name, errors in form.errors.items() for error in errors]
    return " ".join(f"{name}: {error}" for name, error in told)
