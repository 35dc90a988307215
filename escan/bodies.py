"""What may be sent where, decided by who sends it and by what the headers say: before a byte of it is read.

Reading a form writes its files to the disk, and Django reads it to look for the form's token, which is before any view.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Model
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.permissions import policy_registry

from accounts.models import User
from courses.videos.probing import MAX_BYTES

# Bytes. The proxy has smaller ones for forms of learners (deploy/Caddyfile).
LARGEST_FORM = 1_000_000
LARGEST_FILE = 25_000_000
# With captions, and a little more, so that who sends a video that is too large is told so by its form.
LARGEST_VIDEO = MAX_BYTES + 50_000_000
# Of the threads of a process the others stay free, however slowly an author's connection sends.
UPLOADS_AT_ONCE = 2
uploads = threading.BoundedSemaphore(UPLOADS_AT_ONCE)


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
    "/studio/images/": Place(LARGEST_FILE, lambda user: _may_keep(get_image_model(), user)),
    "/studio/documents/": Place(LARGEST_FILE, lambda user: _may_keep(get_document_model(), user)),
    # A picture of oneself; whoever is let into the studio may have one.
    "/studio/account/": Place(LARGEST_FILE, lambda user: True),
}


def length_of(request: HttpRequest) -> int:
    """Django reads no more than this, and nothing of a body that does not say its length."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else 0


def place_of(request: HttpRequest) -> Place | None:
    return next((place for start, place in PLACES.items() if request.path_info.startswith(start)), None)
