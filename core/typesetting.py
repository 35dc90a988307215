"""A template of typst and its inputs in, an accessible PDF or a picture out. The only module that knows typst."""

import os
import threading
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext

# typst's words for a letter that none of the template's fonts has; under PDF/UA it is an error.
NO_GLYPH = "could not be displayed with"


class ForkedAfterUse(Exception):
    """This process cannot run typst; another can. It says nothing about the text, so it is no TypesettingError."""


class TypesettingError(Exception):
    """typst's own words for why there is nothing"""


class MissingGlyph(TypesettingError):
    """None of the fonts has a letter of the text"""


def typeset(
    template: Path, *, fonts: tuple[str, ...], inputs: dict[str, str], made_at: datetime, root: Path | None = None
) -> bytes:
    """`fonts` are packages; `root` holds all that the template reads. The same inputs make the same bytes."""
    # For people who do not see the page, and for archives.
    standards = ["ua-1", "a-3a"]
    timestamp = int(made_at.timestamp())
    options = {"format": "pdf", "pdf_standards": standards, "timestamp": timestamp, "sys_inputs": inputs}
    return _compile(template, fonts, root, options)


def draw(template: Path, *, fonts: tuple[str, ...], inputs: dict[str, str], root: Path | None = None) -> bytes:
    """One page as PNG, a pixel for each point. A letter that no font has is drawn as a box."""
    return _compile(template, fonts, root, {"format": "png", "ppi": 72, "sys_inputs": inputs})


def _compile(template: Path, fonts: tuple[str, ...], root: Path | None, options: dict[str, Any]) -> bytes:
    if _forked_after_use:
        raise ForkedAfterUse("This process was forked after its parent had used typst, and would wait for ever")
    compiler = _compiler(template, root or template.parent, fonts)
    try:
        with _one_at_a_time:
            made = compiler.compile(**options)
    except typst.TypstError as error:
        raise (MissingGlyph if NO_GLYPH in error.message else TypesettingError)(error.message) from error
    if not isinstance(made, bytes):
        raise TypesettingError(gettext("typst made no single file"))
    return made


_one_at_a_time = threading.Lock()
_forked_after_use = False


@cache
def _compiler(template: Path, root: Path, fonts: tuple[str, ...]) -> typst.Compiler:
    """Made when it is first needed: a child that is forked after a compile hangs in typst's threads."""
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[*map(str, _font_folders(fonts))]
    )
    return typst.Compiler(template, root=root, font_paths=found, ignore_system_fonts=True)


def _font_folders(packages: tuple[str, ...]) -> list[str]:
    return [
        folder for name in packages if (spec := find_spec(name)) for folder in spec.submodule_search_locations or ()
    ]


def _after_fork() -> None:
    global _forked_after_use
    _forked_after_use = _compiler.cache_info().currsize > 0


os.register_at_fork(after_in_child=_after_fork)
