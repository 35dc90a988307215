"""Drawings as drawing programs save them: SVG in, SVG out that Willow reads and a page shows as its author sees it.

What makes drawings harmless is that pages show them as images, and that they run nothing where they are opened by
themselves (core/storage.py). Here it is said what a lesson would not show, and how to save it anew.
"""

import math
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from willow.svg import SvgWrapper, WillowSvgException

from core.text import NotText, decode

SVG = "{http://www.w3.org/2000/svg}"
GZIP = b"\x1f\x8b"
DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?(?:\sencoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*)?\?>")
# What may come before the drawing; the type of the document with its entities is what is asked for.
DOCTYPE = re.compile(
    r"(?P<before>(?:\s|<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>)*)"
    r"<!DOCTYPE\s+[^\[<>]*(?:\[(?P<subset>(?:[^\]\"'<]|\"[^\"]*\"|'[^']*'|<!--(?:(?!-->).)*-->|<(?!!--))*)\]\s*)?>",
    re.DOTALL,
)
# Illustrator names its own name spaces so; an entity that names another, or a file, is none of these.
ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:\"([^\"&%<]*)\"|'([^'&%<]*)')\s*>")
MOST_ENTITIES = 50
LONGEST_ENTITY = 300  # characters
MOST_GROWN = 100_000  # characters
# Bytes. A page sends a drawing as it is kept; those of the academy have some ten thousand.
LARGEST_DRAWING = 500_000
XMLS_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
NAMED = re.compile(r"&([A-Za-z_][\w.-]*);")
STYLESHEET = re.compile(r"<\?xml-stylesheet\b")
ADDRESS = re.compile(r"url\(\s*[\"']?\s*([^)\"'\s]*)|(@import)", re.IGNORECASE)
WITHIN = ("#", "data:")

AGAIN = gettext_lazy(
    "Save it anew: in Illustrator by File, Export, Export As, SVG; in Inkscape by Save As, Plain SVG; "
    "in Figma by Export, SVG, with its text as outlines."
)
NO_DRAWING = gettext_lazy("This is not a drawing in SVG, whatever its name says.")
ENTITIES = gettext_lazy("The drawing holds definitions (entities) that only the program it comes from can read.")


def read_drawing(data: bytes) -> bytes:
    """An SVG as it is kept. Raises ValidationError with what is wrong with it, and how to save it anew."""
    _check_bytes(data)
    if data.startswith(GZIP):
        raise _refused(_("The drawing is compressed (SVGZ)."))
    text = _decode(data)
    plain = _without_entities(text)
    kept = data if plain.encode() == data and data.startswith(b"<") else _as_utf_8(plain)
    _check_bytes(kept)
    tree = _parse(kept)
    _check(tree.getroot(), plain)
    _check_size(tree)
    return kept


def _check_bytes(data: bytes) -> None:
    if len(data) > LARGEST_DRAWING:
        told = _(
            "The drawing has %(size)d kB, and at most %(most)d kB are taken. Simplify its paths and take embedded "
            "pictures out, or export it as PNG or WebP."
        )
        raise ValidationError(told % {"size": -(-len(data) // 1000), "most": LARGEST_DRAWING // 1000})


def _decode(data: bytes) -> str:
    declared = DECLARATION.match(data[:200].decode("latin-1"))
    try:
        return data.decode(declared[1]) if declared and declared[1] else decode(data).text
    except (UnicodeError, LookupError):
        return data.decode("latin-1")
    except NotText as error:
        raise _refused(NO_DRAWING) from error


def _refused(told: object) -> ValidationError:
    return ValidationError(f"{told} {AGAIN}")


def _without_entities(text: str) -> str:
    """Without the type of the document. Each entity stands for a short text that names no other, so nothing grows."""
    found = DOCTYPE.match(text)
    if found is None:
        return text
    subset = re.sub(r"<!--.*?-->", "", found["subset"] or "", flags=re.DOTALL)
    entities = {name: double or single for name, double, single in ENTITY.findall(subset)}
    longest = max(map(len, entities.values()), default=0)
    if ENTITY.sub("", subset).strip() or len(entities) > MOST_ENTITIES or longest > LONGEST_ENTITY:
        raise _refused(ENTITIES)

    def expand(named: re.Match[str]) -> str:
        name = named[1]
        return escape(entities[name], {'"': "&quot;"}) if name in entities and name not in XMLS_OWN else named[0]

    expanded = found["before"] + NAMED.sub(expand, text[found.end() :])
    if len(expanded) > MOST_GROWN + 2 * len(text):
        raise _refused(ENTITIES)
    return expanded


def _as_utf_8(text: str) -> bytes:
    """Whatever the file said of its encoding."""
    declared = DECLARATION.match(text)
    return text[declared.end() if declared else 0 :].strip().encode()


def _parse(data: bytes) -> Any:
    try:
        tree = parse(BytesIO(data))
    except ParseError as error:
        line, column = error.position
        raise _refused(
            _("The drawing cannot be read: it breaks off or is damaged at line %(line)d, column %(column)d.")
            % {"line": line, "column": column + 1}
        ) from error
    except (DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise _refused(ENTITIES) from error
    if tree.getroot().tag != f"{SVG}svg":
        raise _refused(NO_DRAWING)
    return tree


def _check(root: Element, text: str) -> None:
    """What a page would not show as its author sees it."""
    if STYLESHEET.search(text):
        raise _refused(_("The drawing takes its styles from another file, which a lesson does not load."))
    for element in root.iter():
        name = str(element.tag).removeprefix(SVG)
        if name.startswith("{"):
            continue  # the program's own notes, which no browser draws
        if name == "script" or any(attribute.lower().startswith("on") for attribute in element.attrib):
            raise _refused(_("The drawing holds a script. No drawing in a lesson runs one."))
        if name == "foreignObject" and "requiredExtensions" not in element.attrib:
            raise _refused(_("The drawing holds text that is laid out as a web page, which not every browser shows."))
        if outside := next(_find_outside(element, name), None):
            raise _refused(
                _("The drawing takes a part from outside, “%(outside)s”, which a lesson does not load: embed it.")
                % {"outside": outside[:80]}
            )


def _find_outside(element: Element, name: str) -> Iterator[str]:
    for attribute, value in element.attrib.items():
        # A link in a picture leads nowhere, and takes nothing.
        if attribute.rpartition("}")[2] in ("href", "src") and name != "a":
            if value.strip() and not value.strip().lower().startswith(WITHIN):
                yield value.strip()
        else:
            yield from _find_in_style(value)
    if name == "style":
        yield from _find_in_style(element.text or "")


def _find_in_style(value: str) -> Iterator[str]:
    for address, outside in ADDRESS.findall(value):
        if outside or (address and not address.lower().startswith(WITHIN)):
            yield address or outside


def _check_size(tree: Any) -> None:
    try:
        drawing = SvgWrapper(tree)
        sides = [drawing.width, drawing.height, drawing.view_box.width, drawing.view_box.height]
        has_size = min(sides) > 0 and max(sides) < math.inf
    except (WillowSvgException, KeyError, ValueError, OverflowError):
        has_size = False
    if not has_size:
        raise _refused(_("The drawing does not say how large it is: width, height or viewBox cannot be read."))
