"""Several readers of the same images: the mean of their ROC areas, with an interval that knows both draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.scoring.areas import DRAWS, FEWEST_CASES, ROUNDING, SEED, Diseased, Hidden, compare
from imaging.scoring.records import Interval

Ratings = tuple[Sequence[float], Sequence[float]]
"""Of one reader: of the negative images, then of the positive ones, in the same order for all."""


@dataclass(frozen=True)
class ReadersArea:
    readers: int
    positive: int
    negative: int
    value: float | None = None
    interval: Interval | None = None
    """Of readers and images drawn with replacement (2000 times); None where every draw gives the same."""
    hidden: Hidden | None = None


def measure_readers(ratings: Sequence[Ratings], *, seed: int = SEED) -> ReadersArea:
    """ValueError where readers did not rate the same number of images."""
    sizes = {(len(negative), len(positive)) for negative, positive in ratings}
    if len(sizes) > 1:
        raise ValueError("every reader rates every image")
    negative, positive = next(iter(sizes), (0, 0))
    if positive < FEWEST_CASES or negative < FEWEST_CASES:
        hidden = Hidden.FEW_POSITIVE if positive < FEWEST_CASES else Hidden.FEW_NEGATIVE
        return ReadersArea(len(ratings), positive, negative, hidden=hidden)
    wins = np.stack([compare(low, [Diseased((rating,)) for rating in high]) for low, high in ratings])
    return ReadersArea(len(ratings), positive, negative, float(wins.mean()), _draw_interval(wins, seed))


def _draw_interval(wins: np.ndarray, seed: int) -> Interval | None:
    draw = np.random.default_rng(seed)
    counts = [draw.multinomial(size, np.full(size, 1 / size), size=DRAWS) for size in wins.shape]
    readers, negative, positive = counts
    areas = np.zeros(DRAWS)
    for number, one in enumerate(wins):
        areas += readers[:, number] * ((negative @ one) * positive).sum(axis=1)
    areas /= wins.size
    low, high = (float(bound) for bound in np.percentile(areas, [2.5, 97.5]))
    return (low, high) if np.ptp(areas) > ROUNDING else None
