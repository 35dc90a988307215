"""Arithmetic of drawn outlines: polygons that close themselves, of corners in image pixels, with straight sides."""

from itertools import pairwise
from math import cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from imaging.scoring.records import Point

Polygon = tuple[Point, ...]
ELLIPSE_CORNERS = 48
"""Of the polygon that stands for an ellipse: at most 0.3 percent smaller than it."""


def make_ellipse(x: float, y: float, rx: float, ry: float, *, corners: int = ELLIPSE_CORNERS) -> Polygon:
    """Around the point, with half axes along the edges of the image."""
    angles = [2 * pi * number / corners for number in range(corners)]
    return tuple((round(x + rx * cos(angle), 2), round(y + ry * sin(angle), 2)) for angle in angles)


def measure_area(polygon: Polygon) -> float:
    """Square pixels of a polygon that does not cross itself (Gauss's formula)."""
    x, y = np.asarray(polygon, dtype=np.float64).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def measure_extent(polygon: Polygon) -> float:
    """Pixels between the two corners that lie farthest apart."""
    return max(hypot(x - u, y - v) for x, y in polygon for u, v in polygon)


def crosses_itself(polygon: Polygon) -> bool:
    """Whether two sides have a point in common that is not the corner between them."""
    sides = list(zip(polygon, polygon[1:] + polygon[:1], strict=True))
    count = len(sides)
    for first in range(count):
        for second in range(first + 1, count):
            if second == first + 1 or (first, second) == (0, count - 1):
                if _folds_back(sides[first], sides[second]):
                    return True
            elif _meet(*sides[first], *sides[second]):
                return True
    return False


Side = tuple[Point, Point]


def _turn(a: Point, b: Point, c: Point) -> float:
    """Positive to one hand, negative to the other, 0 on a line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_between(a: Point, b: Point, c: Point) -> bool:
    """Of three points on a line: whether the last lies on the side."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _is_between(*end) for turn, end in zip(turns, ends, strict=True))


def _folds_back(first: Side, second: Side) -> bool:
    """Of two sides with a corner in common: whether they lie on one another."""
    shared = first[1] if first[1] == second[0] else first[0]
    one = first[0] if shared == first[1] else first[1]
    other = second[1] if shared == second[0] else second[0]
    along = (one[0] - shared[0]) * (other[0] - shared[0]) + (one[1] - shared[1]) * (other[1] - shared[1])
    return _turn(shared, one, other) == 0 and along > 0


def measure_overlap(first: Polygon, second: Polygon) -> float:
    """Square pixels that two polygons share; exact but for rounding.

    Both are cut at the height of every corner and of every crossing of their sides. Between two cuts all sides are
    straight and none cross, so that what is shared there has the width of its middle.
    """
    heights = np.unique([y for _, y in (*first, *second)] + _find_crossings(first, second))
    total = 0.0
    for top, bottom in pairwise(heights):
        middle = (top + bottom) / 2
        total += float(bottom - top) * _share(_cut(first, middle), _cut(second, middle))
    return total


def _find_crossings(first: Polygon, second: Polygon) -> list[float]:
    """The heights at which a side of one crosses a side of the other."""
    p, q = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    r, s = np.roll(p, -1, axis=0) - p, np.roll(q, -1, axis=0) - q
    between = q[None] - p[:, None]
    cross = r[:, None, 0] * s[None, :, 1] - r[:, None, 1] * s[None, :, 0]
    is_parallel = cross == 0
    divisor = np.where(is_parallel, 1, cross)
    along_first = (between[..., 0] * s[None, :, 1] - between[..., 1] * s[None, :, 0]) / divisor
    along_second = (between[..., 0] * r[:, None, 1] - between[..., 1] * r[:, None, 0]) / divisor
    is_on_both = (along_first >= 0) & (along_first <= 1) & (along_second >= 0) & (along_second <= 1) & ~is_parallel
    crossing = p[:, None, 1] + along_first * r[:, None, 1]
    return [float(height) for height in crossing[is_on_both]]


def _cut(polygon: Polygon, height: float) -> NDArray[np.float64]:
    """Where a level line is inside: rows of left and right."""
    starts = np.asarray(polygon, dtype=np.float64)
    ends = np.roll(starts, -1, axis=0)
    crossing = (starts[:, 1] > height) != (ends[:, 1] > height)
    (x1, y1), (x2, y2) = starts[crossing].T, ends[crossing].T
    return np.sort(x1 + (height - y1) * (x2 - x1) / (y2 - y1)).reshape(-1, 2)


def _share(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    left = np.maximum(first[:, None, 0], second[None, :, 0])
    right = np.minimum(first[:, None, 1], second[None, :, 1])
    return float(np.clip(right - left, 0, None).sum())
