import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import resolve, reverse
from django.utils.encoding import filepath_to_uri
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.defaults import page_not_found

from accounts.http import is_signed_in
from accounts.middleware import sign_out
from accounts.second_factor import get_second_factors, when_proved_second_factor
from accounts.sessions import current
from core import limits
from core.storage import StoredFile
from courses.writing.queries import find_present_slugs
from escan import bodies
from escan.operations import metrics
from escan.operations.logs import request_id
from escan.pages.site import bad_request, too_large, too_many_requests, uploads_wait
from guides.queries import find_present_guide

GetResponse = Callable[[HttpRequest], HttpResponseBase]

request_log = logging.getLogger("escan.requests")

# Wagtail's choosers and editors need inline script and style; the studio alone has them.
STUDIO_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:", *settings.IMAGE_HOSTS],
    "frame-src": ["'self'"],
}

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
}

# What whoever sends the bytes says of them.
ABOUT_THE_BYTES = ("Accept-Ranges", "Content-Length", "Content-Range")

WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")

# Parts of addresses that lead on to the present one.
SLUGS = ("course", "lesson", "guide")
# What machines ask from inside, by an address of their own.
PROBES = ("/healthz", "/readyz", "/metrics")
# Browsers ask for these again and again, with the visitor's cookies; the answer is the same for everybody.
NOT_PERSONAL = ("/favicon.ico", "/service-worker.js", "/manifest.webmanifest", "/offline/")
TILES = "/tiles/"


class RequestMiddleware:
    """Gives each request an id, and tells the log and the metrics what became of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        name = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(name)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = name
            if request.path_info not in PROBES:
                self.record(request, response.status_code, time.perf_counter() - began)
            return response
        finally:
            request_id.reset(token)

    def record(self, request: HttpRequest, status: int, seconds: float) -> None:
        """By the view's name, for an address may hold a certificate's code."""
        match = request.resolver_match
        view = (match.view_name or match._func_path) if match else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        metrics.count_request(view=view, method=str(method), status=status, seconds=seconds)
        facts = {"method": method, "view": view, "status": status, "ms": round(seconds * 1000, 1)}
        request_log.info("%s %s %d", method, view, status, extra={"facts": facts})


class HeadersMiddleware:
    """What django itself has no setting for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ReadableMiddleware:
    """Refuses what no page of ours sends, before it is a fault in the middle of a view, or of the page for a fault."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        fault = bodies.find_fault_of_headers(request)
        return bad_request(request, fault=fault) if fault else self.get_response(request)


class HandOverMiddleware:
    """Lets the proxy send a stored file that a view has decided to hand out, so that no thread waits for its reader.

    X-Sendfile-Type is the proxy's own word, and nothing that it says opens a file. A visitor who says it to a proxy
    that passes it on gets an answer without a body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, StoredFile) or request.headers.get("X-Sendfile-Type") != "X-Accel-Redirect":
            return response
        response.close()
        told = {name: value for name, value in response.headers.items() if name not in ABOUT_THE_BYTES}
        return HttpResponse(headers={**told, "X-Accel-Redirect": f"/{filepath_to_uri(response.name)}"})


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings everywhere, a looser one under /studio/."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        is_preview = getattr(request, "is_preview", False)
        if request.path_info.startswith("/studio/") and not is_preview and not report_only:
            parts.replace = {**STUDIO_POLICY, **(parts.replace or {})}
        return parts


class ProbeMiddleware:
    """Answers probes ahead of session and host: they come by the address of a container, not by the academy's name.

    And what knows no visitor, so that it costs no query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in (*PROBES, *NOT_PERSONAL) or request.path_info.startswith(TILES):
            request.resolver_match = match = resolve(request.path_info)
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            return response
        return self.get_response(request)


class LimitMiddleware:
    """Refuses who asks too often, and says when to come back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        view = request.resolver_match.view_name if request.resolver_match else ""
        wait = limits.seconds_to_wait(request, view)
        return too_many_requests(request, wait=wait) if wait else None


class StudioMiddleware:
    """Lets staff in who proved a second factor in this session, where the settings ask for one.

    Members are sent home: Wagtail would send them to sign in, and that back to the studio.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/studio/") or not is_signed_in(request):
            return self.get_response(request)
        if not request.user.has_perm("wagtailadmin.access_admin"):
            messages.error(request, gettext("The studio is for the academy's staff."))
            return redirect("learn")
        # Whoever became staff since is asked to sign in again after as long as everybody else here.
        if current.is_over(request, current.STAFF_LASTS):
            return sign_out(request)
        if not settings.STAFF_SECOND_FACTOR or request.path_info == "/studio/logout/":
            return self.get_response(request)
        factors = get_second_factors(request.user)
        if not factors:
            messages.warning(
                request, gettext("The studio asks its staff for a second factor. Set one up here, then it opens.")
            )
            return redirect("mfa_index")
        if not when_proved_second_factor(request, factors):
            back = request.get_full_path() if request.method in ("GET", "HEAD") else "/studio/"
            return redirect(f"{resolve_url('mfa_reauthenticate')}?{urlencode({'next': back})}")
        return self.get_response(request)


class BodyMiddleware:
    """Refuses a body that its sender may not send there, before any of it is read (escan.bodies).

    Behind StudioMiddleware, which keeps out whoever is signed in and has no place in the studio.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return self.get_response(request)
        is_studio = request.path_info.startswith("/studio/")
        if is_studio and not is_signed_in(request):
            return redirect_to_login(request.get_full_path())
        place = bodies.place_of(request)
        if is_signed_in(request) and place and not place.may_send(request.user):
            messages.error(request, gettext("You may not change anything there. Ask an administrator."))
            return redirect("wagtailadmin_home")
        length = bodies.length_of(request)
        most = place.most if place else bodies.LARGEST_FORM
        if length > most:
            return too_large(request, size=length, most=most)
        return self.read(request) if length <= bodies.LARGEST_FORM else self.take_upload(request)

    def read(self, request: HttpRequest) -> HttpResponseBase:
        """Before anything else does: Django's own pages for faults would read the same body, and fail again."""
        is_webhook = request.path_info.startswith("/webhooks/")  # it reads its own body, as it came
        fault = "" if is_webhook else bodies.find_fault_of_form(request)
        return bad_request(request, fault=fault) if fault else self.get_response(request)

    def take_upload(self, request: HttpRequest) -> HttpResponseBase:
        """The proxy keeps no whole file: it arrives as slowly as it is sent, and a thread waits for it."""
        if not bodies.uploads.acquire(blocking=False):
            return uploads_wait(request)
        try:
            return self.read(request)
        finally:
            bodies.uploads.release()


class MethodMiddleware:
    """A page for who opens what only takes forms, or sends a form to what is only read: Django's answer is empty."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 405 or not isinstance(response, HttpResponse) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class NotFoundMiddleware:
    """In development, too, a missing address gets the academy's own page instead of Django's list of addresses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_unknown = response.status_code == 404 and request.resolver_match is None
        return page_not_found(request, Http404()) if is_unknown else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if isinstance(exception, Http404) else None


class OldAddressMiddleware:
    """Where there is nothing under a slug of a course, lesson or guide, and it was published under that slug once, its
    address leads to the present one for good, whatever stands behind the slugs (decision 42).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        asked = {name: match.kwargs[name] for name in SLUGS if name in match.kwargs} if match else {}
        if not isinstance(exception, Http404) or match is None or not asked:
            return None
        present = find_present_guide(**asked) if "guide" in asked else find_present_slugs(**asked)
        if not present or present == asked:
            return None
        address = reverse(match.view_name, kwargs=match.kwargs | present)
        query = request.META.get("QUERY_STRING", "")
        response = HttpResponseRedirect(f"{address}?{query}" if query else address)
        # What was sent is sent again there. Browsers ask each time, for the slug may get another owner.
        response.status_code = 301 if request.method in ("GET", "HEAD") else 308
        response["Cache-Control"] = "no-cache"
        return response
