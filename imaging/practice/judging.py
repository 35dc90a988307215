"""A locked reading, and what is true of studies, as imaging.practice.skills knows them."""

from django.db.models import prefetch_related_objects

from imaging.practice.skills import Outcome, Skill, Word, find_skill, judge
from imaging.reading.judging import READING_FIELDS, score
from imaging.reading.models import Reading
from imaging.studies.models import StudyKind


def judge_reading(reading: Reading) -> Outcome | None:
    """None where it counts nowhere. No query where READING_FIELDS were fetched ahead."""
    return judge(score(reading), skill_of(reading), is_recall_right=reading.is_recall_right)


def skill_of(reading: Reading) -> Skill | None:
    """Of the study of a locked reading, by the truth that its reader was told."""
    truth = reading.truth
    assert truth  # noqa: S101 - a locked reading has one
    words = [
        Word(
            Skill(finding.morphology, finding.distribution),
            finding.warrants_recall,
            any(region.is_visible for region in finding.regions.all()),
        )
        for finding in truth.findings.all()
    ]
    return find_skill(is_normal=truth.kind == StudyKind.NORMAL, warrants_recall=truth.recall, words=words)


def fetch_ahead(readings: list[Reading]) -> None:
    prefetch_related_objects(readings, *READING_FIELDS)
