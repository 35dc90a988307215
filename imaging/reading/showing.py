"""What a page of a reading is made of. What the viewer gets before the lock holds nothing of the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from imaging.evidence.records import Descriptor
from imaging.reading.models import Mark, Reading
from imaging.reading.places import Depth, Place
from imaging.reading.telling import Told
from imaging.reading.words import list_distributions, list_morphologies, name_of
from imaging.studies.models import StudySource, View
from imaging.studies.pyramids import FIT, TILE
from imaging.studies.queries import list_priors
from imaging.truths.outlines import describe_finding

HANGING = ("rcc", "lcc", "rmlo", "lmlo")
"""The order of the panes: chest wall to the middle."""
RING_MM = 5
"""Of a mark, drawn around its place: a mark hits what is as near as this."""


@dataclass(frozen=True)
class ShownMark:
    number: int
    mark: Mark

    @property
    def view(self) -> str:
        return self.mark.view.label

    @property
    def words(self) -> str:
        names = filter(None, [name_of(self.mark.morphology), name_of(self.mark.distribution).lower()])
        return ", ".join(names) or gettext("not described")

    @property
    def place(self) -> str:
        """Of one in words."""
        if not self.mark.place:
            return ""
        return f"{Place(self.mark.place).label}, {str(Depth(self.mark.depth).label).lower()}"


@dataclass(frozen=True)
class Outline:
    points: str
    """Of a polygon in SVG."""
    label: str
    found: bool
    is_newer: bool = False
    """Of the version that is current, where the reading was judged by an older one."""


@dataclass(frozen=True)
class Pane:
    """One view as a picture with what is drawn over it."""

    view: View
    marks: Sequence[ShownMark]
    outlines: Sequence[Outline] = ()
    when: str = ""
    """Of a prior."""

    @property
    def label(self) -> str:
        return f"{self.view.label}, {self.when}" if self.when else self.view.label

    @property
    def picture(self) -> str:
        return address_of(self.view) + FIT

    @property
    def ring(self) -> float:
        return RING_MM / self.view.mm_per_pixel

    @property
    def letters(self) -> float:
        """The size of a number beside its ring."""
        return self.ring * 1.1


def address_of(view: View) -> str:
    """Where its tiles are: the storage's own name of the folder."""
    return f"/{view.tiles}/"


def lay_tiles(view: View) -> list[list[str]]:
    """The addresses of the tiles of the image itself, row by row, for a page without a script."""
    level = view.levels - 1
    return [
        [f"{address_of(view)}{level}/{column}_{row}.webp" for column in range(-(-view.columns // TILE))]
        for row in range(-(-view.rows // TILE))
    ]


def number_marks(marks: Iterable[Mark]) -> list[ShownMark]:
    return [ShownMark(number, mark) for number, mark in enumerate(marks, 1)]


def hang(views: Iterable[View]) -> list[View]:
    """The screening views, and after them those that were asked for, as they were asked for."""
    return sorted(views, key=_place_of)


def _place_of(view: View) -> int:
    key = f"{view.side}{view.projection}".lower()
    return HANGING.index(key) if key in HANGING else len(HANGING)


def make_all_panes(
    reading: Reading, views: Iterable[View], marks: Sequence[ShownMark], told: Told | None = None
) -> list[Pane]:
    """The screening views, the prior below them in pairs, and what was asked for."""
    panes = make_panes(views, marks, told)
    before = [
        Pane(view, (), when=prior.when) for prior in list_priors(reading.study) for view in hang(prior.views.all())
    ]
    return [*panes[: len(HANGING)], *before, *panes[len(HANGING) :]]


def make_panes(views: Iterable[View], marks: Sequence[ShownMark], told: Told | None = None) -> list[Pane]:
    return [
        Pane(view, [shown for shown in marks if shown.mark.view_id == view.pk], _outlines_of(view, told))
        for view in hang(views)
    ]


def _outlines_of(view: View, told: Told | None) -> list[Outline]:
    if not told:
        return []
    judged_by = [
        Outline(_write_points(region.polygon), finding.name, finding.is_found)
        for finding in told.findings
        for region in finding.regions
        if region.view_id == view.pk
    ]
    newer = [
        Outline(_write_points(each["polygon"]), each["name"], found=False, is_newer=True)
        for each in describe_newer(told)
        if each["view"] == view.key
    ]
    return [*judged_by, *newer]


def _write_points(polygon: Iterable[Iterable[float]]) -> str:
    return " ".join(",".join(f"{value:.1f}" for value in corner) for corner in polygon)


def describe_for_viewer(
    reading: Reading, views: Iterable[View], marks: Sequence[ShownMark], told: Told | None = None
) -> dict[str, Any]:
    """The contract of the page with its script."""
    return {
        "reading": reading.key,
        "locked": reading.is_locked,
        "note": gettext("Real case") if reading.study.is_real else gettext("Synthetic"),
        "views": [describe_view(view) for view in hang(views)],
        "priors": [
            {**describe_view(view), "when": prior.when}
            for prior in list_priors(reading.study)
            for view in prior.views.all()
        ],
        "marks": [describe_mark(shown.mark) for shown in marks],
        "words": {
            "morphologies": describe_words(list_morphologies()),
            "distributions": describe_words(list_distributions()),
        },
        "truth": [*describe_truth(told), *describe_newer(told)] if told else None,
        "addresses": describe_addresses(reading),
    }


def describe_addresses(reading: Reading) -> dict[str, str]:
    addresses = {"marks": reverse("imaging:marks", args=[reading.key]), "page": reading.get_absolute_url()}
    if reading.study.source != StudySource.SYNTHETIC:
        return addresses
    return {**addresses, "ask": reverse("imaging:ask", args=[reading.key])}


def describe_view(view: View) -> dict[str, Any]:
    return {
        "key": view.key,
        "side": view.side,
        "projection": view.projection,
        "label": view.label,
        "rows": view.rows,
        "columns": view.columns,
        "mmPerPixel": view.mm_per_pixel,
        "tiles": address_of(view),
        "tileSize": TILE,
        "levels": view.levels,
    }


def describe_mark(mark: Mark) -> dict[str, Any]:
    return {
        "id": mark.key,
        "view": mark.view.key,
        "x": mark.x,
        "y": mark.y,
        "confidence": mark.confidence,
        "morphology": mark.morphology,
        "distribution": mark.distribution,
    }


def describe_words(words: Iterable[Descriptor]) -> list[dict[str, str]]:
    return [{"key": word.key, "label": word.name} for word in words]


def describe_truth(told: Told) -> list[dict[str, Any]]:
    return [
        {"label": finding.name, "view": region.view.key, "polygon": region.polygon, "found": finding.is_found}
        for finding in told.findings
        for region in finding.regions
    ]


def describe_newer(told: Told) -> list[dict[str, Any]]:
    """The outlines of the version that is current, where the reading was judged by an older one."""
    if not told.change:
        return []
    version = told.change.truth.version
    return [
        outline
        for finding in told.change.draft.findings
        for outline in describe_finding(
            finding,
            label=gettext("{finding} (version {number})").format(finding=finding.name, number=version),
            name=gettext("Version {number}: {finding}.").format(finding=finding.name, number=version),
            sign="newer",
        )
    ]
