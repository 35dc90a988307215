"""The style sheet: nothing in it is dead, and it stays small."""

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHEETS = [
    "escan.css",
    "design.css",
    "guide-parts.css",
    "guides.css",
    "notes.css",
    "player.css",
    "practice.css",
    "search.css",
    "viewer.css",
]
APPS = ["accounts", "cme", "core", "courses", "escan", "guides", "imaging", "payments", "reviews"]
SOURCES = [
    path
    for pattern in ("templates/**/*.html", "static/js/**/*.js", *(f"{app}/**/*.py" for app in APPS))
    for path in ROOT.glob(pattern)
]
# Made of parts in a template: plates-4, sw-ink, size-t0, sp-s1.
COMPOSED = re.compile(r"(plates|sw|size|sp)-")


@pytest.mark.parametrize("name", SHEETS)
def test_every_class_is_used(name):
    style = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", (ROOT / "static/css" / name).read_text(), flags=re.DOTALL)
    classes = {found for found in re.findall(r"\.(-?[A-Za-z_][\w-]*)", style) if not COMPOSED.match(found)}
    words = set(re.findall(r"[\w-]+", " ".join(path.read_text() for path in SOURCES)))
    assert classes - words == set()


def test_style_sheet_is_small():
    """It stands before the first word of every page."""
    assert len(gzip.compress((ROOT / "static/css/escan.css").read_bytes())) < 10_000


def test_htmx_copies_no_style_of_an_element_that_it_replaces():
    """The policy on content refuses style attributes, which extensions of browsers put on fields."""
    head = (ROOT / "templates/courses/assessment/_checks_head.html").read_text()
    config = json.loads(re.search(r"htmx-config\"\s+content='([^']+)'", head)[1])
    assert config["attributesToSettle"] == ["class", "width", "height"]
