import numpy as np

from imaging.scoring.records import Point


def distance_to(polygon: tuple[Point, ...], x: float, y: float) -> float:
    """From a point to a polygon that closes itself, in its unit; 0 inside (even-odd) and on the border."""
    starts = np.asarray(polygon, dtype=np.float64) - (x, y)
    ends = np.roll(starts, -1, axis=0)
    return 0.0 if _is_inside(starts, ends) else _distance_to_edges(starts, ends)


def _is_inside(starts: np.ndarray, ends: np.ndarray) -> bool:
    """Whether a ray from the origin to the right crosses an odd number of edges."""
    crossing = (starts[:, 1] > 0) != (ends[:, 1] > 0)
    (x1, y1), (x2, y2) = starts[crossing].T, ends[crossing].T
    return bool(np.count_nonzero(x1 - y1 * (x2 - x1) / (y2 - y1) > 0) % 2)


def _distance_to_edges(starts: np.ndarray, ends: np.ndarray) -> float:
    along = ends - starts
    squared = (along**2).sum(axis=1)
    # An edge of no length is its start.
    share = np.clip(-(starts * along).sum(axis=1) / np.where(squared > 0, squared, 1), 0, 1)
    return float(np.hypot(*(starts + share[:, None] * along).T).min())
