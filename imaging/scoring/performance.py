"""All figures of one reader. Each has its n; which of them mean something is for the page to say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from imaging.scoring.areas import Area, Diseased, measure_roc, measure_wafroc
from imaging.scoring.calibration import Bin, calibrate
from imaging.scoring.cases import MISSED, Score, rate_by_confidence, score_reading
from imaging.scoring.records import Reading
from imaging.scoring.shares import Share, share_of
from imaging.scoring.words import DISTRIBUTION_GROUPS, WordScore, compare_words

BLOCK_CASES = 20


@dataclass(frozen=True)
class Shares:
    """Sensitivity never stands without specificity."""

    cases: int
    sensitivity: Share
    """Recalled, of cases with a finding that warrants it."""
    specificity: Share
    """Not recalled, of the others; benign findings are normal."""
    lesions: Share
    """Lesion sensitivity: hit, of findings that warrant recall. Its interval takes those of one case as independent."""


@dataclass(frozen=True)
class Performance:
    shares: Shares
    non_lesion_marks: int
    """In all cases together."""
    left_out: int
    """Cases whose only finding no view shows."""
    unseen: int
    """Findings that no view shows."""
    roc: Area
    wafroc: Area
    morphology: WordScore
    distribution: WordScore
    calibration: tuple[Bin, ...]
    trend: tuple[Shares, ...]
    """Blocks from the first to the last; the last may be short."""


def summarize(
    readings: Iterable[Reading],
    *,
    morphology_groups: Mapping[str, str],
    rate: Callable[[Score], float] = rate_by_confidence,
    block: int = BLOCK_CASES,
) -> Performance:
    """Of readings in the order in which they were locked: of each case the first counts."""
    scores = [score_reading(reading) for reading in take_first(readings)]
    counted = [score for score in scores if score.is_positive is not None]
    positive = [score for score in counted if score.is_positive]
    negative = [score for score in counted if not score.is_positive]
    described = [one for score in counted for one in score.described]
    forms = [(one.finding.morphology, one.mark.morphology) for one in described]
    arrangements = [(one.finding.distribution, one.mark.distribution) for one in described]
    return Performance(
        shares=measure_shares(counted),
        non_lesion_marks=sum(score.non_lesion_marks for score in counted),
        left_out=len(scores) - len(counted),
        unseen=sum(score.unseen for score in scores),
        roc=measure_roc([rate(score) for score in negative], [rate(score) for score in positive]),
        wafroc=measure_wafroc(
            [score.highest_non_lesion for score in negative], [Diseased(score.lesions) for score in positive]
        ),
        morphology=compare_words(forms, morphology_groups),
        distribution=compare_words(arrangements, DISTRIBUTION_GROUPS),
        calibration=calibrate(claim for score in counted for claim in score.claims),
        trend=measure_trend(counted, block),
    )


def take_first(readings: Iterable[Reading]) -> list[Reading]:
    first: dict[str, Reading] = {}
    for reading in readings:
        first.setdefault(reading.case, reading)
    return list(first.values())


def measure_shares(scores: Sequence[Score]) -> Shares:
    return Shares(
        cases=len(scores),
        sensitivity=share_of([score.recall for score in scores if score.is_positive]),
        specificity=share_of([not score.recall for score in scores if not score.is_positive]),
        lesions=share_of([rating > MISSED for score in scores for rating in score.lesions]),
    )


def measure_trend(scores: Sequence[Score], block: int) -> tuple[Shares, ...]:
    """In blocks of so many cases."""
    return tuple(measure_shares(scores[start : start + block]) for start in range(0, len(scores), block))
