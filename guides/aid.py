"""The aid for the workstation: the matrix of forms and distributions, on one page for print (decision 48)."""

import json
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import ascii_lowercase
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from core.making import PDF_END, keep_made, read_made
from core.typesetting import typeset
from imaging.evidence.lookup import get_evidence, get_matrix, list_descriptors
from imaging.evidence.records import Cell, Descriptor, Kind, Range, Rate, join_range

TEMPLATE = Path(__file__).with_name("aid.typ")
FONT_PACKAGES = ("fontpkg_source_serif_4", "fontpkg_public_sans")
# The same contents make the same bytes on every machine and day.
MADE_AT = datetime(2026, 11, 28, tzinfo=UTC)


class Aid(NamedTuple):
    pdf: bytes
    digest: str
    """A short word that changes with the contents."""


@cache
def get_aid() -> Aid:
    """Made when it is asked for first, and kept in the storage for every process until its contents change."""
    contents = json.dumps(_gather(), sort_keys=True)
    digest = _hash(contents)
    name = f"aids/calcifications-{digest}.pdf"
    if kept := read_made(name, end=PDF_END):
        return Aid(kept, digest)
    pdf = render_aid(contents)
    keep_made(name, pdf, end=PDF_END)
    return Aid(pdf, digest)


def render_aid(contents: str) -> bytes:
    return typeset(TEMPLATE, root=settings.BASE_DIR, fonts=FONT_PACKAGES, inputs={"aid": contents}, made_at=MADE_AT)


def _hash(contents: str) -> str:
    files = [TEMPLATE, *(settings.BASE_DIR / _find_drawing(word) for word in _drawn())]
    return sha256(b"".join([contents.encode(), *(file.read_bytes() for file in files)])).hexdigest()[:16]


def _drawn() -> list[Descriptor]:
    return list_descriptors(Kind.BENIGN, Kind.SUSPICIOUS, Kind.DISTRIBUTION)


def _find_drawing(word: Descriptor) -> str:
    course, _, file = word.drawing.partition("/")
    return f"content/courses/{course}/figures/{file}"


def _gather() -> dict[str, Any]:
    edition, matrix = get_evidence().edition, get_matrix()
    letters = _letter_notes([cell for row in matrix.rows for cell in row.cells])
    link = settings.SITE_URL + reverse("guides:list")
    return {
        "title": gettext("Breast calcifications at the workstation"),
        "summary": gettext(
            "Words of {edition}, in our own sentences; a new edition (v2025) exists. Rates are the share that was "
            "malignant, from the lowest to the highest published series."
        ).format(edition=edition.name),
        "warning": "" if edition.checked else gettext("Not yet reviewed by a physician"),
        "benign": [_describe(word) for word in list_descriptors(Kind.BENIGN)],
        "benign_note": gettext("Category 2. Where form, place or change do not fit, it is judged below."),
        "matrix_note": gettext("Look on magnification, in CC and true lateral. The most worrisome particle decides."),
        "columns": [{**_describe(column.distribution), **_tell_range(column.range)} for column in matrix.columns],
        "rows": [
            {
                **_describe(row.morphology),
                **_tell_range(row.range),
                "cells": [
                    {**_tell_range(cell.range), "category": cell.category, "note": letters.get(cell.note, "")}
                    for cell in row.cells
                ],
            }
            for row in matrix.rows
        ],
        "notes": [[letter, note] for note, letter in letters.items()],
        "write": _tell_what_to_write(),
        "write_note": gettext("The letter and the number that the patient hears come from the same row."),
        "sources": _tell_sources(),
        "link": link,
        "address": link.partition("://")[2].rstrip("/"),
    }


def _describe(word: Descriptor) -> dict[str, Any]:
    return {"name": word.name, "text": word.text, "old_words": word.old_words, "drawing": _find_drawing(word)}


def _tell_range(found: Range) -> dict[str, Any]:
    ends = [float(rate.percent) for rate in (*found.rates[-1:], *found.rates[:1])]
    masses = join_range(found.with_masses)
    return {"range": found.words, "studies": found.studies, "ends": ends, "masses": masses}


def _letter_notes(cells: list[Cell]) -> dict[str, str]:
    """A letter for each note, in the order of the page."""
    notes = dict.fromkeys(cell.note for cell in cells if cell.note)
    return dict(zip(notes, ascii_lowercase, strict=False))


def _tell_what_to_write() -> list[tuple[str, list[str]]]:
    return [
        (
            gettext("In this order"),
            [
                gettext("1. Form, then distribution."),
                gettext("2. Extent in mm; side, quadrant, depth, distance to the nipple."),
                gettext("3. New, more, or unchanged since which year."),
                gettext("4. Category with its letter, and what follows."),
                gettext("5. After biopsy: calcium in the cores, concordance."),
            ],
        ),
        (gettext("Distribution"), [word.write for word in list_descriptors(Kind.DISTRIBUTION)]),
        (
            gettext("For example"),
            [
                gettext(
                    "Grouped fine pleomorphic calcifications over 8 mm, left breast, upper outer quadrant, middle "
                    "depth, 5 cm from the nipple, new since 2024. Magnified in CC and ML."
                ),
                gettext("Category 4B, suspicious. Biopsy under stereotactic guidance is advised."),
            ],
        ),
    ]


def _tell_sources() -> str:
    """The series behind the ranges of this page, and what is to be known of them."""
    matrix = get_matrix()
    ranges = [*(column.range for column in matrix.columns), *(row.range for row in matrix.rows)]
    ranges += [cell.range for row in matrix.rows for cell in row.cells]
    rates = [rate for found in ranges for rate in found.rates]
    studies = dict.fromkeys(rate.study for rate in sorted(rates, key=_by_age))
    unread = ", ".join(study.name for study in studies if not study.is_read)
    told = [
        gettext("Series: {names}.").format(names="; ".join(study.name for study in studies)),
        gettext("Series with masses, parts of series and forms that were counted together are left out of the ranges."),
        gettext("Not read by us: {names}.").format(names=unread) if unread else "",
        get_evidence().edition.seen,
        gettext("Drawings by eScan Academy, magnified fields and schemes, not to scale with each other."),
        gettext("For teaching; no rule of the ACR, and no advice for a single patient."),
    ]
    return " ".join(filter(None, told))


def _by_age(rate: Rate) -> tuple[int, str]:
    return rate.study.year, rate.study.name
