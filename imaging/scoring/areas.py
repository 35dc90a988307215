"""Areas under the empirical ROC and weighted AFROC curves, their points, and intervals.

Both compare each case to be recalled with each normal case: a rating above counts 1, an equal one ½. The ROC area
gives a case one rating (Bamber 1975). The wAFROC gives each finding its rating and an equal part of its case, and a
normal case its highest non-lesion mark (Chakraborty, Observer Performance Methods, 2017; RJafrocFrocBook, “Meanings of
FROC figures of merit”). The area under the FROC curve “should never be used to quantify performance” (ibid.,
“Empirical plots from FROC data”), and is not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isclose

import numpy as np
from numpy.typing import NDArray

from imaging.scoring.records import Interval, Point

Array = NDArray[np.float64]
FEWEST_CASES = 20
"""Of either sort, below which an area says nothing."""
DRAWS = 2000
SEED = 20
ROUNDING = 1e-12


class Hidden(StrEnum):
    """Why a figure is not shown."""

    FEW_POSITIVE = "few-positive"
    FEW_NEGATIVE = "few-negative"
    FEW_OTHERS = "few-others"


@dataclass(frozen=True)
class Diseased:
    """Ratings of the findings of one case, -inf where missed; without weights each counts alike."""

    ratings: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.ratings or len(self.shares) != len(self.ratings) or not isclose(sum(self.shares), 1):
            raise ValueError("a case needs findings, and a weight for each, which sum to 1")

    @property
    def shares(self) -> tuple[float, ...]:
        return self.weights or (1 / len(self.ratings),) * len(self.ratings)


@dataclass(frozen=True)
class Area:
    positive: int
    negative: int
    value: float | None = None
    interval: Interval | None = None
    """None where every draw gives the same: an interval without width would claim to be certain."""
    curve: tuple[Point, ...] = ()
    hidden: Hidden | None = None


def measure_roc(negative: Sequence[float], positive: Sequence[float], *, seed: int = SEED) -> Area:
    return measure_wafroc(negative, [Diseased((rating,)) for rating in positive], seed=seed)


def measure_wafroc(normal: Sequence[float], diseased: Sequence[Diseased], *, seed: int = SEED) -> Area:
    """The area with its interval and curve, or the reason why it is hidden."""
    hidden = None
    if len(diseased) < FEWEST_CASES:
        hidden = Hidden.FEW_POSITIVE
    elif len(normal) < FEWEST_CASES:
        hidden = Hidden.FEW_NEGATIVE
    if hidden:
        return Area(len(diseased), len(normal), hidden=hidden)
    wins = compare(normal, diseased)
    interval = bootstrap_interval(wins, seed=seed)
    return Area(len(diseased), len(normal), float(wins.mean()), interval, make_curve(normal, diseased))


def roc_auc(negative: Sequence[float], positive: Sequence[float]) -> float:
    return wafroc([*negative], [Diseased((rating,)) for rating in positive])


def wafroc(normal: Sequence[float], diseased: Sequence[Diseased]) -> float:
    """From the highest non-lesion rating of each normal case, -inf without one. ValueError without either sort."""
    return float(compare(normal, diseased).mean())


def compare(normal: Sequence[float], diseased: Sequence[Diseased]) -> Array:
    """How far each diseased case (column) stands above each normal one (row), from 0 to 1."""
    if not normal or not diseased:
        raise ValueError("an area needs cases of either sort")
    low = _checked(normal)[:, None]
    high = _checked([rating for case in diseased for rating in case.ratings])
    weights = np.array([share for case in diseased for share in case.shares])
    wins = ((low < high) + 0.5 * (low == high)) * weights
    starts = np.cumsum([0] + [len(case.ratings) for case in diseased[:-1]])
    return np.add.reduceat(wins, starts, axis=1)


def make_curve(normal: Sequence[float], diseased: Sequence[Diseased]) -> tuple[Point, ...]:
    """From (0, 0) to (1, 1): at each rating the shares of normal cases and of findings (by weight) that reach it.

    What was not marked lies on the straight line from the last point to (1, 1).
    """
    low = _checked(normal)
    high = _checked([rating for case in diseased for rating in case.ratings])
    weights = np.array([share for case in diseased for share in case.shares]) / len(diseased)
    thresholds = np.unique(np.concatenate([low, high]))[::-1]
    inner = [(float((low >= threshold).mean()), float(weights[high >= threshold].sum())) for threshold in thresholds]
    points = ((0.0, 0.0), *inner, (1.0, 1.0))
    return tuple(dict.fromkeys((min(x, 1.0), min(y, 1.0)) for x, y in points))


def bootstrap_interval(wins: Array, *, seed: int = SEED, draws: int = DRAWS) -> Interval | None:
    """Percentiles of the area of cases drawn with replacement, normal and diseased apart. One seed, one interval."""
    draw = np.random.default_rng(seed)
    rows, columns = wins.shape
    normal = draw.multinomial(rows, np.full(rows, 1 / rows), size=draws)
    diseased = draw.multinomial(columns, np.full(columns, 1 / columns), size=draws)
    areas = ((normal @ wins) * diseased).sum(axis=1) / wins.size
    low, high = (float(bound) for bound in np.percentile(areas, [2.5, 97.5]))
    return (low, high) if np.ptp(areas) > ROUNDING else None


def _checked(ratings: Sequence[float]) -> Array:
    array = np.asarray(ratings, dtype=np.float64)
    if not (array < np.inf).all():  # NaN is refused, too
        raise ValueError("a rating is not a number")
    return array
