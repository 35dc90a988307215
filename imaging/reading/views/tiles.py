"""Tiles, where nothing in front of us serves them."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from core.storage import hand_out
from imaging.studies.pyramids import FOLDER

FOREVER = "public, max-age=31536000, immutable"


@require_safe
def tile(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:
    """The same for everybody who knows the address, and never changed."""
    response = hand_out(f"{FOLDER}/{digest}/{name}")
    if response.status_code == 200:
        response.headers["Cache-Control"] = FOREVER
    return response
