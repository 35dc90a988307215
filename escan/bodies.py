"""What may be sent where, decided by who sends it and by what the headers say: before a byte of it is read. And what
cannot be read at all.

Reading a form writes its files to the disk, and Django reads it to look for the form's token, which is before any view.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple

from django.apps import apps
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db.models import Model
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext, gettext_lazy
from wagtail.images.models import Image
from wagtail.permissions import policy_registry

from accounts.models import User
from courses.videos.probing import MAX_BYTES
from escan.packages.archive import LARGEST_PACKAGE
from escan.packages.queries import MAY_IMPORT
from imaging.incoming.forms import LARGEST_IMAGE

# Bytes. The proxy has smaller ones for forms of learners (deploy/Caddyfile).
LARGEST_FORM = 1_000_000
LARGEST_FILE = 25_000_000
# With captions, and a little more, so that who sends a video that is too large is told so by its form.
LARGEST_VIDEO = MAX_BYTES + 50_000_000
# A mammogram, and a little more, for the same reason.
LARGEST_MAMMOGRAM = LARGEST_IMAGE + 5_000_000
# A course with its videos, likewise.
LARGEST_SENT = LARGEST_PACKAGE + 50_000_000
# Of the threads of a process the others stay free, however slowly an author's connection sends.
UPLOADS_AT_ONCE = 2
uploads = threading.BoundedSemaphore(UPLOADS_AT_ONCE)


NUL = gettext_lazy("It holds a character that no text has (U+0000).")


class Place(NamedTuple):
    """Where files may be sent: how many bytes, and by whom."""

    most: int
    may_send: Callable[[User], bool]


def _may_keep_videos(user: User) -> bool:
    return any(user.has_perm(f"courses.{act}_video") for act in ("add", "change", "delete"))


def _may_keep(model: type[Model], user: User) -> bool:
    """In some collection."""
    return bool(policy_registry.get_by_type(model).user_has_any_permission(user, ["add", "change", "delete"]))


# By how the address begins.
PLACES = {
    "/studio/snippets/courses/video/": Place(LARGEST_VIDEO, _may_keep_videos),
    "/studio/snippets/choose/courses/video/": Place(LARGEST_FILE, _may_keep_videos),
    "/studio/studies/incoming/": Place(LARGEST_MAMMOGRAM, lambda user: user.has_perm("imaging.change_study")),
    "/studio/questions/imports/": Place(LARGEST_FILE, lambda user: user.has_perm("courses.add_question")),
    "/studio/packages/": Place(LARGEST_SENT, lambda user: user.has_perms(MAY_IMPORT)),
    "/studio/images/": Place(LARGEST_FILE, lambda user: _may_keep(Image, user)),
    "/studio/documents/": Place(LARGEST_FILE, lambda user: _may_keep(apps.get_model("wagtaildocs.Document"), user)),
    # A picture of oneself; whoever is let into the studio may have one.
    "/studio/account/": Place(LARGEST_FILE, lambda user: True),
}


def length_of(request: HttpRequest) -> int:
    """Django reads no more than this, and nothing of a body that does not say its length."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else 0


def place_of(request: HttpRequest) -> Place | None:
    return next((place for start, place in PLACES.items() if request.path_info.startswith(start)), None)


def find_fault_of_headers(request: HttpRequest) -> str:
    """In words; empty where there is none."""
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return gettext("Everything here is UTF-8, and the request says another charset.")
    try:
        asked = request.GET
    except SuspiciousOperation:
        return gettext("The address asks for too much at once.")
    # Neither PostgreSQL nor anybody's name has it.
    return str(NUL) if "\0" in request.path_info or _has_nul(asked) else ""


def find_fault_of_form(request: HttpRequest) -> str:
    try:
        sent = request.POST
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return gettext("The form did not arrive as forms are sent, or has too many fields.")
    return str(NUL) if _has_nul(sent) else ""


def _has_nul(fields: QueryDict) -> bool:
    return any("\0" in name or any("\0" in value for value in values) for name, values in fields.lists())
