"""Where the breast lies in an image, so that a place can be told in words (imaging.reading.places)."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

AIR = 0.02
"""Of the brightest pixel: what is darker is air."""
SMOOTHED = 41
"""Rows over which the width is averaged, so that no speck is taken for the nipple."""


class Outline(TypedDict):
    """Pixels."""

    nipple: list[float]
    top: int
    bottom: int
    wall: int
    """The column of the chest wall."""


def find_outline(pixels: NDArray[np.uint16]) -> Outline:
    """The chest wall is the side that is all breast; the nipple is farthest from it."""
    breast = pixels > AIR * pixels.max()
    rows, columns = pixels.shape
    edge = max(columns // 50, 1)
    is_left = breast[:, :edge].sum() >= breast[:, -edge:].sum()
    widths = breast.sum(axis=1).astype(float)
    smooth = np.convolve(widths, np.ones(SMOOTHED) / SMOOTHED, mode="same")
    row = int(smooth.argmax())
    reach = float(widths[row])
    # A magnification may show nothing but air, where somebody pointed at air.
    used = np.flatnonzero(widths > 0) if breast.any() else np.array([0, rows - 1])
    return {
        "nipple": [reach if is_left else columns - 1 - reach, float(row)],
        "top": int(used[0]),
        "bottom": int(used[-1]),
        "wall": 0 if is_left else columns - 1,
    }
