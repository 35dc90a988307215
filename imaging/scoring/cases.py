"""What one reading comes to."""

from dataclasses import dataclass

from imaging.scoring.hits import JudgedMark, Outcome, judge_marks, take_best
from imaging.scoring.records import Finding, Mark, Reading

MISSED = float("-inf")
"""The rating of what was not marked: below every confidence."""
# From the least to the most suspicious. 0 says no more than recall; 4 without a letter stands with its middle one.
CATEGORY_RANKS = {"1": 1, "2": 2, "3": 3, "0": 4, "4A": 5, "4": 6, "4B": 6, "4C": 7, "5": 8}


@dataclass(frozen=True)
class Claim:
    """A reader's confidence, and whether it was a hit."""

    confidence: float
    is_right: bool


@dataclass(frozen=True)
class Described:
    """A finding and the most confident mark on it."""

    finding: Finding
    mark: Mark


@dataclass(frozen=True)
class Score:
    case: str
    is_positive: bool | None
    """Recall is right; None where only what no view shows would warrant it: such a case counts nowhere."""
    recall: bool
    category: str
    marks: tuple[JudgedMark, ...]
    lesions: tuple[float, ...]
    """Highest confidence on each finding that counts, or MISSED."""
    described: tuple[Described, ...]
    unseen: int
    """Findings that would warrant recall and that no view shows."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """One of each finding hit and one of each non-lesion mark."""
        return tuple(
            Claim(judged.mark.confidence, judged.outcome == Outcome.HIT)
            for judged in self.marks
            if judged.outcome == Outcome.HIT or judged.is_non_lesion
        )

    @property
    def highest_non_lesion(self) -> float:
        return max((judged.mark.confidence for judged in self.marks if judged.is_non_lesion), default=MISSED)

    @property
    def non_lesion_marks(self) -> int:
        return sum(judged.is_non_lesion for judged in self.marks)


def score_reading(reading: Reading) -> Score:
    judged = judge_marks(reading)
    hits = {one.finding.key: one.mark.confidence for one in judged if one.finding and one.outcome == Outcome.HIT}
    lesions = tuple(hits.get(finding.key, MISSED) for finding in reading.findings if finding.counts)
    unseen = sum(finding.warrants_recall and not finding.is_visible for finding in reading.findings)
    return Score(
        case=reading.case,
        is_positive=None if unseen and not lesions else bool(lesions),
        recall=reading.recall,
        category=reading.category,
        marks=judged,
        lesions=lesions,
        described=_describe(reading.findings, judged),
        unseen=unseen,
    )


def rate_by_confidence(score: Score) -> float:
    """The highest confidence of a case, MISSED without a mark (the inferred ROC of free-response studies)."""
    return max((claim.confidence for claim in score.claims), default=MISSED)


def rate_by_category(score: Score) -> float:
    """By recall, then by category. ValueError for a category that has no rank."""
    if score.category not in CATEGORY_RANKS:
        raise ValueError(f"{score.case}: category “{score.category}” has no rank")
    return CATEGORY_RANKS[score.category] + score.recall * max(CATEGORY_RANKS.values())


def _describe(findings: tuple[Finding, ...], judged: tuple[JudgedMark, ...]) -> tuple[Described, ...]:
    """Findings that were marked, benign ones, too, if a view shows them."""
    best = take_best((one.mark, one.finding) for one in judged)
    return tuple(
        Described(finding, best[finding.key]) for finding in findings if finding.key in best and finding.is_visible
    )
