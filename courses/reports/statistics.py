"""The statistics of reports, over sums that are kept: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import atanh, sqrt, tanh

from imaging.scoring.shares import Share

FEWEST = 5
"""Of fewer no rate is told: it would say what single people did, and little else."""
FEWEST_ANSWERS = 30
"""Ours. Of fewer answers neither discrimination nor a choice that nobody chose is told: both would be chance."""
SELDOM = 0.05
"""A wrong choice that fewer choose does not function: Haladyna and Downing 1993, Educ Psychol Meas 53:999."""
REST = 1000
"""The score over the other questions is summed in whole thousandths: sums of whole numbers stay exact."""
NORMAL = 1.959964
"""Of the 95 percent interval."""


@dataclass(frozen=True)
class AnswerSums:
    """Sums over answers to one question: x is 1 for a right one, y the score over the attempt's other questions."""

    n: int = 0
    right: int = 0
    """Σx, and Σx²."""
    rest: int = 0
    """Σy"""
    squares: int = 0
    """Σy²"""
    both: int = 0
    """Σxy"""

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> "AnswerSums":
        return cls(*(counts.get(name, 0) for name in ("n", "right", "rest", "squares", "both")))

    @property
    def share(self) -> Share:
        """How many were right: the difficulty, in the tests' own word."""
        return Share(self.right, self.n)


def point_biserial(sums: AnswerSums) -> float | None:
    """How far those who were right scored better in the rest of the test: Pearson's correlation of the answer x (0, 1)
    with the score y over the other questions, the question itself left out.

        r = (n·Σxy - Σx·Σy) / √((n·Σx² - (Σx)²) · (n·Σy² - (Σy)²)), with Σx² = Σx

    which is (M₁ - M₀)/s · √(p·q): Lord and Novick, Statistical theories of mental test scores, 1968, chapter 15; with
    the item left out of the score: Henrysson 1963, Psychometrika 28:211. None where all answers are alike.
    """
    spread = sums.n * sums.right - sums.right**2
    spread_of_rest = sums.n * sums.squares - sums.rest**2
    if spread <= 0 or spread_of_rest <= 0:
        return None
    r = (sums.n * sums.both - sums.right * sums.rest) / sqrt(spread * spread_of_rest)
    return max(-1.0, min(1.0, r))


def interval_of(r: float, n: int) -> tuple[float, float] | None:
    """The 95 percent interval of a correlation by Fisher's z = artanh r, whose standard error is 1/√(n - 3).

    Fisher 1921, Metron 1:3-32. For an answer of two values it is an approximation.
    """
    if n <= 3 or abs(r) >= 1:
        return None
    z, half = atanh(r), NORMAL / sqrt(n - 3)
    return tanh(z - half), tanh(z + half)


def discrimination_of(sums: AnswerSums) -> float | None:
    """None where there are too few answers."""
    return point_biserial(sums) if sums.n >= FEWEST_ANSWERS else None


def percent_of(share: Share) -> int | None:
    """None of too few."""
    return round(100 * share.value) if share.value is not None and share.n >= FEWEST else None
