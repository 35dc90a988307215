"""Which mark is on which finding (the acceptance region of free-response studies: Chakraborty 2017)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from imaging.scoring.geometry import distance_to
from imaging.scoring.records import Finding, Mark, Reading

# Rounding must not turn away a mark that lies exactly on the border.
ROUNDING_MM = 1e-9


class Outcome(StrEnum):
    HIT = "hit"
    REPEAT = "repeat"
    """On a finding that a more confident mark hits, in this view or another."""
    BENIGN = "benign"
    """On something that does not warrant recall."""
    OUTSIDE = "outside"
    UNSEEN = "unseen"
    """On a finding that no view shows: neither for nor against the reader."""


@dataclass(frozen=True)
class JudgedMark:
    mark: Mark
    outcome: Outcome
    finding: Finding | None = None

    @property
    def is_non_lesion(self) -> bool:
        return self.outcome in (Outcome.BENIGN, Outcome.OUTSIDE)


def judge_marks(reading: Reading) -> tuple[JudgedMark, ...]:
    """In the order of the marks."""
    sizes = {view.key: view.mm_per_pixel for view in reading.views}
    found = [
        (mark, find_nearest(mark, reading.findings, sizes[mark.view], reading.tolerance_mm)) for mark in reading.marks
    ]
    best = take_best(found)
    return tuple(
        JudgedMark(mark, _judge(finding, is_best=finding is not None and best[finding.key] is mark), finding)
        for mark, finding in found
    )


def take_best(found: Iterable[tuple[Mark, Finding | None]]) -> dict[str, Mark]:
    """The most confident mark on each finding; of equals the first."""
    best: dict[str, Mark] = {}
    for mark, finding in found:
        if finding and mark.confidence > best.setdefault(finding.key, mark).confidence:
            best[finding.key] = mark
    return best


def find_nearest(mark: Mark, findings: tuple[Finding, ...], mm_per_pixel: float, tolerance_mm: float) -> Finding | None:
    """The finding nearest to a mark in its view, within the tolerance.

    What no view shows takes no mark from what one shows; nor does what is benign from what warrants recall, however
    near: a benign region may be as large as the breast.
    """
    near = [
        (not finding.is_visible, not finding.warrants_recall, distance, index)
        for index, finding in enumerate(findings)
        for region in finding.regions
        if region.view == mark.view
        and (distance := distance_to(region.polygon, mark.x, mark.y) * mm_per_pixel) <= tolerance_mm + ROUNDING_MM
    ]
    return findings[min(near)[-1]] if near else None


def _judge(finding: Finding | None, *, is_best: bool) -> Outcome:
    if finding is None:
        return Outcome.OUTSIDE
    if not finding.warrants_recall:
        return Outcome.BENIGN
    if not finding.is_visible:
        return Outcome.UNSEEN
    return Outcome.HIT if is_best else Outcome.REPEAT
