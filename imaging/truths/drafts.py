"""What an expert says of a study, as values: findings with outlines, recall, categories. Kept as JSON of an opinion.

Two kinds of lack: a fault is never saved; a gap may wait, and keeps an opinion from being handed in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from imaging.reading.models import Category
from imaging.reading.words import list_distributions, list_morphologies, name_of
from imaging.scoring.outlines import Polygon, crosses_itself, make_ellipse, measure_area
from imaging.studies.models import View

MOST_FINDINGS = 20
MOST_CORNERS = 200
MOST_LETTERS = 1000
"""Of a reason."""
ELLIPSE = re.compile(r"ellipse\s+(\S+),(\S+)\s+(\S+),(\S+)")


class BadShape(ValueError):
    """Says why."""


@dataclass(frozen=True)
class DraftRegion:
    view: str
    """Its key."""
    shape: str
    """`x,y x,y x,y` in image pixels, or `ellipse x,y rx,ry`."""
    is_visible: bool = True


@dataclass(frozen=True)
class DraftFinding:
    morphology: str = ""
    distribution: str = ""
    warrants_recall: bool | None = None
    reason: str = ""
    next_time: str = ""
    """What to look for next time."""
    regions: tuple[DraftRegion, ...] = ()
    pathology: str = ""
    """What was proven of it: a version knows it, and no opinion says it."""

    @property
    def side(self) -> str:
        """Empty until a region is drawn."""
        return self.regions[0].view[:1].upper() if self.regions else ""

    @property
    def name(self) -> str:
        words = [name_of(self.morphology), name_of(self.distribution).lower()]
        return ", ".join(filter(None, words)) or _("not described")


@dataclass(frozen=True)
class DraftCategory:
    category: str
    reason: str = ""


@dataclass(frozen=True)
class Draft:
    findings: tuple[DraftFinding, ...] = ()
    recall: bool | None = None
    """Whether the study should be recalled; it may be because of something that is no calcification."""
    categories: tuple[DraftCategory, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """As an opinion keeps it: without what was proven."""
        content = asdict(self)
        for finding in content["findings"]:
            del finding["pathology"]
        return content

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Draft":
        """Of what `to_dict` made."""
        findings = tuple(
            DraftFinding(**{**each, "regions": tuple(DraftRegion(**region) for region in each["regions"])})
            for each in content.get("findings", ())
        )
        categories = tuple(DraftCategory(**each) for each in content.get("categories", ()))
        return cls(findings, content.get("recall"), categories)


def read_shape(shape: str) -> Polygon:
    """The corners. Raises BadShape."""
    if found := ELLIPSE.fullmatch(shape.strip()):
        x, y, rx, ry = (_read_number(text) for text in found.groups())
        if rx <= 0 or ry <= 0:
            raise BadShape(_("An ellipse needs half axes above 0."))
        return make_ellipse(x, y, rx, ry)
    corners = tuple(_read_corner(part) for part in shape.split())
    if len(set(corners)) < 3:
        raise BadShape(_("An outline needs three corners or more."))
    if len(corners) > MOST_CORNERS:
        raise BadShape(_("An outline has at most {most} corners.").format(most=MOST_CORNERS))
    if len(set(corners)) < len(corners) or crosses_itself(corners):
        raise BadShape(_("The outline crosses or touches itself."))
    if measure_area(corners) == 0:
        raise BadShape(_("The outline surrounds nothing."))
    return corners


def _read_corner(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise BadShape(_("“{text}” is no corner; write a corner as x,y, such as 120,300.").format(text=text[:40]))
    return _read_number(parts[0]), _read_number(parts[1])


def _read_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise BadShape(_("“{text}” is no number.").format(text=text[:40])) from error
    if not isfinite(number):
        raise BadShape(_("“{text}” is no number.").format(text=text[:40]))
    return round(number, 2)


def write_shape(polygon: Iterable[Iterable[float]]) -> str:
    return " ".join(",".join(f"{value:.10g}" for value in corner) for corner in polygon)


# --- Faults: what is never saved ----------------------------------------------------------------------


def find_faults(draft: Draft, views: Iterable[View]) -> list[str]:
    """Sentences; empty where it may be saved."""
    by_key = {view.key: view for view in views}
    faults = [fault for number, each in enumerate(draft.findings, 1) for fault in _faults_of(number, each, by_key)]
    if len(draft.findings) > MOST_FINDINGS:
        faults.append(_("A study has at most {most} findings.").format(most=MOST_FINDINGS))
    given = [each.category for each in draft.categories]
    if unknown := set(given) - set(Category.values):
        faults.append(_("“{word}” is no BI-RADS category.").format(word=min(unknown)[:40]))
    if len(set(given)) < len(given):
        faults.append(_("A category is given twice."))
    return faults


def _faults_of(number: int, finding: DraftFinding, views: Mapping[str, View]) -> Iterator[str]:
    forms, distributions = ({word.key for word in words} for words in (list_morphologies(), list_distributions()))
    about = _("Finding {number}").format(number=number)
    if finding.morphology and finding.morphology not in forms:
        yield _("{about}: “{word}” is no form of the lexicon.").format(about=about, word=finding.morphology[:40])
    if finding.distribution and finding.distribution not in distributions:
        yield _("{about}: “{word}” is no distribution of the lexicon.").format(
            about=about, word=finding.distribution[:40]
        )
    if max(len(finding.reason), len(finding.next_time)) > MOST_LETTERS:
        yield _("{about}: a text has at most {most} letters.").format(about=about, most=MOST_LETTERS)
    keys = [region.view for region in finding.regions]
    if len(set(keys)) < len(keys):
        yield _("{about}: a view has two outlines.").format(about=about)
    if len({views[key].side for key in keys if key in views}) > 1:
        yield _("{about} has outlines in both breasts; what is in the other breast is another finding.").format(
            about=about
        )
    for region in finding.regions:
        if fault := _fault_in(region, views):
            yield f"{about}, {views[region.view].label if region.view in views else region.view[:8]}: {fault}"


def _fault_in(region: DraftRegion, views: Mapping[str, View]) -> str:
    view = views.get(region.view)
    if view is None:
        return _("This study has no such view.")
    try:
        corners = read_shape(region.shape)
    except BadShape as error:
        return str(error)
    is_inside = all(0 <= x <= view.columns and 0 <= y <= view.rows for x, y in corners)
    return "" if is_inside else _("The outline reaches outside of the image.")


# --- Gaps: what keeps an opinion from being handed in -------------------------------------------------


def find_gaps(draft: Draft) -> list[str]:
    """Sentences; empty where it is complete."""
    gaps = [gap for number, each in enumerate(draft.findings, 1) for gap in _gaps_of(number, each)]
    if draft.recall is None:
        gaps.append(_("Say whether the study warrants recall."))
    if draft.recall is False and any(each.warrants_recall for each in draft.findings):
        gaps.append(_("A finding warrants recall, so the study does, too."))
    if not draft.categories:
        gaps.append(_("Name the acceptable categories."))
    gaps += [
        _("Say why category {category} is acceptable.").format(category=each.category)
        for each in draft.categories
        if not each.reason
    ]
    return gaps


def _gaps_of(number: int, finding: DraftFinding) -> Iterator[str]:
    about = _("Finding {number}").format(number=number)
    if not finding.regions:
        yield _("{about} has no outline in any view.").format(about=about)
    if not finding.morphology:
        yield _("{about} has no form.").format(about=about)
    if not finding.distribution:
        yield _("{about} has no distribution.").format(about=about)
    if finding.warrants_recall is None:
        yield _("{about}: say whether it warrants recall.").format(about=about)
    if not finding.reason:
        yield _("{about} has no reason.").format(about=about)
