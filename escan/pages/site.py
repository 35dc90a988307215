import sys

from allauth.account.internal.stagekit import get_pending_stage
from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from redis.exceptions import ConnectionError as CacheUnreachable

from core.caching import cached_for_strangers
from core.storage import ask_storage
from courses.writing.published import kept_until_published
from escan.operations import metrics as monitoring
from escan.pages.heads import get_home_head
from escan.window import get_front, try_question
from imaging.studies.queries import is_one_open

# allauth does not say when it listens again; its limits are of a minute.
LONGEST_WAIT_AT_SIGN_IN = 60

can_read = kept_until_published(is_one_open)
"""The first study to read shows here at most a minute late, and a view of the page asks nothing for it."""


@require_safe
@cached_for_strangers
def home(request: HttpRequest) -> HttpResponse:
    context = {
        **get_front()._asdict(),
        "trial": try_question(request.GET),
        "head": get_home_head(),
        "can_read": can_read(),
    }
    return render(request, "escan/home.html", context)


@require_safe
@cache_control(max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked for by whatever shows an address without having read its page."""
    return HttpResponseRedirect(static("img/favicon.ico"))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: the database, the broker and the storage answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
        ask_storage()
    except Exception as error:  # whatever fails, this process cannot serve
        return HttpResponse(f"not ready: {type(error).__name__}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, by a token of its own."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Closed: METRICS_TOKEN is not set.\n", status=403, content_type="text/plain")
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(
            "The token is missing or not right.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(monitoring.render(), content_type=CONTENT_TYPE_LATEST)


def too_many_requests(
    request: HttpRequest, exception: Exception | None = None, *, wait: int = LONGEST_WAIT_AT_SIGN_IN
) -> HttpResponse:
    """`wait` is in seconds."""
    pending = get_pending_stage(request)
    context = {
        "seconds": wait,
        "minutes": -(-wait // 60),
        # Whoever has a code in the mail goes on from here.
        "code_url": reverse(pending.urlname) if pending and pending.urlname else "",
        "again_url": request.get_full_path(),
    }
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None, *, fault: str = "") -> HttpResponse:
    """What cannot be read is not read again for the page that says so. A script gets it as JSON."""
    if request.content_type == "application/json" or not request.accepts("text/html"):
        return JsonResponse({"error": fault or gettext("This request cannot be read.")}, status=400)
    return HttpResponse(loader.get_template("400.html").render(), status=400)


def too_large(request: HttpRequest, *, size: int, most: int) -> HttpResponse:
    """`size` of what was sent and `most` that is taken there, in bytes. An author stays in the studio."""
    is_studio = request.path_info.startswith("/studio/")
    # Megabytes, to the tenth above: what is too large never reads as if it were not.
    context = {"size": -(-size // 100_000) / 10, "most": most // 1_000_000}
    return render(request, "escan/studio/too_large.html" if is_studio else "413.html", context, status=413)


def uploads_wait(request: HttpRequest) -> HttpResponse:
    response = render(request, "escan/uploads_wait.html", status=429)
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Says apart whether the fault is in the academy, or something that it stands on does not answer."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | CacheUnreachable):
        headers = {"Retry-After": "30"}
        return HttpResponse(loader.get_template("503.html").render(), status=503, headers=headers)
    return HttpResponse(loader.get_template("500.html").render(), status=500)
