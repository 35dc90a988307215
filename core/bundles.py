"""What a page's script or style sheet stands on. While the academy is developed a browser fetches each file by itself;
a release puts them together, so that a page asks for one (core/staticfiles.py)."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

IMPORTS = re.compile(r"""^(?:import [^;]*?'(?P<script>\.[^']+)'|@import url\("(?P<style>[^"]+)"\));$""", re.MULTILINE)


def is_bundled(name: str) -> bool:
    """What a page runs and how it looks stands on top; what these import stands in folders. Workers are no modules."""
    return bool(re.fullmatch(r"js/(?!worker)[\w-]+\.js|css/[\w-]+\.css", name))


def get_imports(name: str) -> list[str]:
    """Every file that this one stands on, by its name below static/, each once."""
    found: dict[str, None] = {}
    _collect(name, found)
    return list(found)


def _collect(name: str, found: dict[str, None]) -> None:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    for match in IMPORTS.finditer(Path(path).read_text()):
        other = normpath(join(dirname(name), match["script"] or match["style"]))
        if other not in found:
            found[other] = None
            _collect(other, found)
