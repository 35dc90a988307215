"""A certificate's fields in, its PDF out."""

import io
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import segno
from django.utils.translation import gettext

from accounts.names import cannot_print, explain_name, is_right_to_left, unprintable_characters
from core.typesetting import MissingGlyph, TypesettingError, typeset

TEMPLATE = Path(__file__).with_name("certificate.typ")
FONT_PACKAGES = (
    "fontpkg_source_serif_4",
    "fontpkg_noto_serif",
    "fontpkg_public_sans",
    "fontpkg_amiri",
    "fontpkg_frank_ruhl_libre",
    "manimgx_fonts",
    "noto_cjk_sans_otc",
)
# Tried in turn, so that all the Latin, Greek and Cyrillic letters of a name come from one face.
SERIFS = ("Source Serif 4", "Noto Serif")


class RenderingError(Exception):
    """The certificate could not be made: its own words are at fault."""


class UnprintableText(RenderingError):
    """The fonts lack a glyph, or a character has no place on paper at all."""

    def __init__(self, characters: str, problems: list[str]) -> None:
        self.characters = characters
        super().__init__(" ".join(problems))


class NothingToPrint(RenderingError):
    """The name has no letter in it"""


@dataclass(frozen=True)
class CertificateFields:
    """Every printed field, in the words in which it is printed. The same fields make the same bytes."""

    heading: str
    name: str
    did: str
    activity: str
    award: str
    facts: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]
    italics: tuple[str, ...]
    demonstration: bool
    demonstration_note: str
    code: str
    verify_url: str
    han: str


def render_certificate(fields: CertificateFields, *, made_at: datetime) -> bytes:
    if unprintable := unprintable_characters(fields.name):
        raise UnprintableText(unprintable, explain_name(fields.name))
    if not any(character.isalpha() for character in fields.name):
        raise NothingToPrint(gettext("The name has no letter in it."))
    if (pdf := _compile(fields, made_at)) is not None:
        return pdf
    if missing := _characters_without_glyph(fields, made_at):
        raise UnprintableText(missing, explain_missing_glyphs(fields.name))
    raise RenderingError(gettext("The activity's own words have letters that the fonts lack."))


SAMPLE = CertificateFields(
    "certificate",
    name="",
    did="completed the enduring material",
    activity="An activity whose title has the usual length",
    award="and is awarded 1.25 credits.",
    facts=(("Completed", "28 November 2026"),),
    statements=(),
    italics=(),
    demonstration=False,
    demonstration_note="",
    code="0000-0000-0000",
    verify_url="https://academy.example.org/verify/0000-0000-0000/",
    han="SC",
)
SAMPLE_DAY = datetime(2026, 11, 28, tzinfo=UTC)


@lru_cache(maxsize=1000)
def explain_missing_glyphs(name: str) -> list[str]:
    """What the fonts lack of a name that is printable otherwise, and what is too long for its line, as sentences.

    The certificate itself is tried, so that what is said here and what comes out cannot differ.
    """
    sample = replace(SAMPLE, name=name)
    try:
        if _compile(sample, SAMPLE_DAY) is not None:
            return []
    except RenderingError:
        return [gettext("The name is too long for a certificate. Please shorten it.")]
    missing = _characters_without_glyph(sample, SAMPLE_DAY)
    return [_explain_missing(character) for character in missing]


def _explain_missing(character: str) -> str:
    if not character.isalpha():
        return cannot_print(character)
    return gettext(
        "Our fonts do not have the letter “{letter}”. Give the name in another script, or write to us: we look for one."
    ).format(letter=character)


def _compile(fields: CertificateFields, made_at: datetime) -> bytes | None:
    """The PDF; None when no serif has all the letters."""
    printed = json.dumps(_printed(fields))
    for serif in SERIFS:
        try:
            inputs = {"fields": printed, "latin": serif}
            return typeset(TEMPLATE, fonts=FONT_PACKAGES, inputs=inputs, made_at=made_at)
        except MissingGlyph:
            continue
        except TypesettingError as error:
            raise RenderingError(str(error)) from error
    return None


def _printed(fields: CertificateFields) -> dict[str, object]:
    qr = io.BytesIO()
    segno.make(fields.verify_url, error="m").save(qr, kind="svg", border=0, dark="#14191b", xmldecl=False)
    return asdict(fields) | {
        "rtl": is_right_to_left(fields.name),
        "verify_address": fields.verify_url.partition("://")[2].rstrip("/"),
        "qr": qr.getvalue().decode(),
    }


def _characters_without_glyph(fields: CertificateFields, made_at: datetime) -> str:
    """Those of the name, each tried alone; none when the name is not at fault."""
    if _compile(replace(fields, name="x"), made_at) is None:
        return ""
    letters = [character for character in dict.fromkeys(fields.name) if character.isprintable() and character != " "]
    return "".join(letter for letter in letters if _compile(replace(fields, name=letter), made_at) is None)
