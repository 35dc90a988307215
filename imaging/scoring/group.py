"""One reader among others who stay anonymous."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.scoring.areas import Hidden

FEWEST_OTHERS = 10
"""Among fewer, a place or a quartile would tell of persons."""


@dataclass(frozen=True)
class GroupPlace:
    others: int
    percentile: float | None = None
    """Percent of the others who lie below, half of those who are equal."""
    quartiles: tuple[float, float, float] | None = None
    """Of the others. Their lowest and highest are persons, and are not told."""
    hidden: Hidden | None = None


def place_in_group(own: float, others: Sequence[float]) -> GroupPlace:
    """ValueError for what is not a finite number."""
    values = np.asarray(others, dtype=np.float64)
    if not (np.isfinite(own) and np.isfinite(values).all()):
        raise ValueError("a figure is not a number")
    if len(values) < FEWEST_OTHERS:
        return GroupPlace(len(values), hidden=Hidden.FEW_OTHERS)
    percentile = 100 * float(((values < own) + 0.5 * (values == own)).mean())
    lower, middle, upper = (float(value) for value in np.percentile(values, [25, 50, 75]))
    return GroupPlace(len(values), percentile, (lower, middle, upper))
