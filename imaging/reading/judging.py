"""A locked reading as imaging.scoring knows it, and what its marks hit."""

from collections.abc import Iterable

from django.db.models import Prefetch, prefetch_related_objects

from imaging.asking.models import AskedRegion
from imaging.asking.queries import list_views
from imaging.reading.models import Mark, Reading
from imaging.reading.places import make_zone
from imaging.scoring import records
from imaging.scoring.cases import Score, score_reading
from imaging.studies.models import Finding, Region, Truth

READING_FIELDS = (
    "study__views",
    "asked__view",
    "asked__regions",
    Prefetch("marks", Mark.objects.select_related("view")),
    "truth__findings",
    Prefetch("truth__findings__regions", Region.objects.select_related("view")),
)
"""What `to_record` reads, to be fetched ahead. Views come by a join: SQLite refuses 1000 regions."""


def judge(reading: Reading, truth: Truth) -> list[Mark]:
    """The reading's marks, each with the finding that it hit, if any. Nothing is saved."""
    prefetch_related_objects([reading], "study__views", "asked__view", "asked__regions")
    marks = list(reading.marks.select_related("view"))
    findings = list(truth.findings.prefetch_related("regions__view"))
    record = _make_record(reading, marks, findings)
    by_number = {str(finding.number): finding for finding in findings}
    for mark, judged in zip(marks, score_reading(record).marks, strict=True):
        mark.finding = by_number[judged.finding.key] if judged.finding else None
    return marks


def score(reading: Reading) -> Score:
    """Of a locked reading."""
    return score_reading(to_record(reading))


def to_record(reading: Reading) -> records.Reading:
    """No query where READING_FIELDS were prefetched."""
    assert reading.truth  # noqa: S101 - a locked reading has one
    return _make_record(reading, list(reading.marks.all()), list(reading.truth.findings.all()))


def _make_record(reading: Reading, marks: Iterable[Mark], findings: Iterable[Finding]) -> records.Reading:
    findings = list(findings)
    regions = [region for finding in findings for region in finding.regions.all()]
    return records.Reading(
        case=str(reading.study_id),
        views=tuple(records.View(view.key, view.mm_per_pixel) for view in list_views(reading)),
        findings=tuple(_make_finding(finding, find_asked_regions(reading, finding)) for finding in findings),
        marks=tuple(_make_mark(mark, regions) for mark in marks),
        recall=bool(reading.recall),
        category=reading.category,
    )


def find_asked_regions(reading: Reading, finding: Finding) -> list[AskedRegion]:
    """Where it lies in the views that this reading asked for, and nobody else sees."""
    known = (region for asked in reading.asked.all() for region in asked.regions.all())
    return [region for region in known if region.finding_id == finding.pk]


def _make_finding(finding: Finding, asked: list[AskedRegion]) -> records.Finding:
    regions: list[Region | AskedRegion] = [*finding.regions.all(), *asked]
    return records.Finding(
        key=str(finding.number),
        warrants_recall=finding.warrants_recall,
        regions=tuple(
            records.Region(region.view.key, tuple((x, y) for x, y in region.polygon), region.is_visible)
            for region in regions
        ),
        morphology=finding.morphology,
        distribution=finding.distribution,
    )


def _make_mark(mark: Mark, regions: list[Region]) -> records.Mark:
    x, y = _find_meant(mark, regions) if mark.place else (mark.x, mark.y)
    return records.Mark(mark.key, mark.view.key, x, y, mark.confidence, mark.morphology, mark.distribution)


def _find_meant(mark: Mark, regions: list[Region]) -> tuple[float, float]:
    """Of a mark in words: a finding whose middle lies in the part of the breast that the words name, else its own."""
    zone = make_zone(mark.view, mark.place, mark.depth)
    tolerance = records.TOLERANCE_MM / mark.view.mm_per_pixel
    for region in sorted(regions, key=lambda region: not region.finding.warrants_recall):
        middle = find_middle(region)
        if region.view_id == mark.view_id and zone.holds(*middle, tolerance=tolerance):
            # The middle of a bent region may lie outside of it: a corner is always of it.
            return region.polygon[0][0], region.polygon[0][1]
    return mark.x, mark.y


def find_middle(region: Region) -> tuple[float, float]:
    xs, ys = zip(*region.polygon, strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)
