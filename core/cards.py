"""The picture that is shown with a link to a page: made from its title and one of its figures, once (decision 53).

Its address holds the hash of what is on it, so whoever has it need not ask again. It is made when it is first asked
for, and kept in the storage. Where it cannot be made, the academy's own stands in.
"""

import base64
import json
import logging
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from PIL import Image

from core.caching import pages
from core.making import PNG_END, keep_made, read_made
from core.typesetting import draw

TEMPLATE = Path(__file__).with_name("card.typ")
FONTS = ("fontpkg_source_serif_4", "fontpkg_noto_serif", "fontpkg_public_sans")
WIDTH, HEIGHT = 1200, 630
# Of the academy itself (scripts/icons.py).
OWN = "img/share.png"
# Pixels, of a photograph that is laid into the picture.
FIGURE_SIDE = 1000
# Wider or higher than this, a figure would be a strip.
MOST_UNLIKE = 2
PAUSE_AFTER_FAILURE = 600  # seconds

logger = logging.getLogger(__name__)


class Card(NamedTuple):
    kind: str
    title: str
    figure: str = ""
    """The name of a picture in the storage, where no file ever changes under its name."""

    @property
    def digest(self) -> str:
        told = json.dumps([*self, sha256(TEMPLATE.read_bytes()).hexdigest()])
        return sha256(told.encode()).hexdigest()[:32]


def choose_figure(pictures: Iterable[Any]) -> str:
    """The name of the first picture that has about the form of its place; empty where none has."""
    for picture in pictures:
        sides = sorted((picture.width or 0, picture.height or 0))
        if 0 < sides[1] <= MOST_UNLIKE * sides[0]:
            return str(picture.file.name)
    return ""


def answer_with(card: Card, *, digest: str, address: str) -> HttpResponse:
    """The card under the address that names it by its digest; any other digest leads to `address`, the present one."""
    if digest != card.digest:
        return HttpResponseRedirect(address)
    made = read_card(card)
    if made is None:
        return HttpResponseRedirect(static(OWN))
    response = HttpResponse(made, content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # Made to be shown elsewhere.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def read_card(card: Card) -> bytes | None:
    """As it is kept, or made now; None where it cannot be had, which is not tried at each request."""
    failed = f"card-failed:{card.digest}"
    if pages.get(failed):
        return None
    try:
        return _read_or_make(card)
    except Exception:  # whatever is wrong with it, the page has a picture all the same
        logger.exception("The card of a page could not be made")
        pages.set(failed, 1, PAUSE_AFTER_FAILURE)
        return None


def _read_or_make(card: Card) -> bytes:
    name = f"cards/{card.digest}.png"
    if kept := read_made(name, end=PNG_END):
        return kept
    made = draw_card(card, figure=_read_figure(card.figure))
    keep_made(name, made, end=PNG_END)
    return made


def draw_card(card: Card, *, figure: str) -> bytes:
    """As PNG; `figure` is SVG."""
    told = json.dumps({"kind": card.kind, "title": card.title})
    return draw(TEMPLATE, fonts=FONTS, inputs={"card": told, "figure": figure})


def _read_figure(name: str) -> str:
    """As SVG, which a template takes as text, whatever the file is."""
    if not name:
        return ""
    with default_storage.open(name) as file:
        if name.lower().endswith(".svg"):
            return str(file.read().decode())
        picture = Image.open(file)
        picture.thumbnail((FIGURE_SIDE, FIGURE_SIDE))
        as_png = BytesIO()
        picture.convert("RGB").save(as_png, "PNG")
    width, height = picture.size
    data = base64.b64encode(as_png.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image href="data:image/png;base64,{data}" width="{width}" height="{height}"/></svg>'
    )
