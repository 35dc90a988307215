"""What makes the academy installable, and lessons that were opened readable without a connection (decision 27)."""

import hashlib
import json
from functools import cache

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from core.bundles import get_imports, is_bundled

# What every kept page needs, and the page for what is not kept.
SHELL = (
    "css/escan.css",
    "img/favicon.svg",
    "js/kept.js",
    "js/site.js",
    "vendor/fonts/public-sans-latin-wght-normal.woff2",
    "vendor/fonts/source-serif-4-latin-wght-normal.woff2",
)
# The paper of the house in the light; a manifest knows one colour only.
PAPER = "#fbfcfb"
ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable.png", "512x512", "maskable"),
)


@cache
def _render_worker(*, is_offered: bool, is_frozen: bool) -> str:
    """The worker's text changes with every release that changes what it keeps: that is how a browser sees a new one.

    `is_frozen`: names of static files hold a hash, so that a file never changes under its name.
    """
    if not is_offered:
        return (settings.BASE_DIR / "static/js/worker-withdrawn.js").read_text()
    # What is put together in a release is many files before.
    parts = () if is_frozen else [part for name in SHELL if is_bundled(name) for part in get_imports(name)]
    files = [static(name) for name in dict.fromkeys([*SHELL, *parts])]
    release = {
        "files": files,
        "offline": reverse("offline"),
        "isFrozen": is_frozen,
        "page": hashlib.sha256(_render_offline().encode()).hexdigest()[:16],
    }
    code = (settings.BASE_DIR / "static/js/worker.js").read_text()
    return f"const release = {json.dumps(release)};\n{code}"


def _worker() -> str:
    render = _render_worker.__wrapped__ if settings.DEBUG else _render_worker
    return render(is_offered=settings.OFFLINE_READING, is_frozen=not settings.DEBUG)


def _render_offline() -> str:
    """Without a request: the page is kept on devices and knows nobody."""
    return render_to_string("escan/offline.html", {"has_offline_reading": settings.OFFLINE_READING})


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_worker().encode()).hexdigest()[:32]}"'


@require_safe
@cache_control(no_cache=True)
# A worker's requests go by its own policy: figures may lie in the bucket.
@csp_replace({"connect-src": [SELF, *settings.IMAGE_HOSTS], "img-src": [NONE], "style-src": [NONE]})
@condition(etag_func=_etag)
def service_worker(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_render_offline())


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """`id` is what a phone knows the installed academy by: it never changes."""
    content = {
        "id": "/learn/",
        "name": "eScan Academy",
        "short_name": "eScan",
        "description": _("Radiology courses for physicians: study at any hour, pass, and claim CME credit."),
        "lang": "en",
        "start_url": reverse("learn"),
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "categories": ["education", "medical"],
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("Courses"), "url": reverse("catalogue")},
            {"name": _("Lessons on this device"), "url": reverse("offline")},
            {"name": _("Credit"), "url": reverse("cme:ledger")},
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")
