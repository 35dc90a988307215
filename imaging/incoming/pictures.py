"""What any kind of file comes to: pixels as they were, how they are shown, and what is known of them. Pure."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imaging.studies.pyramids import BITS, Pixels

MOST_PIXELS = 32_000_000
"""Of an image: the largest detectors have about 28 million. Decided by what a file declares, before it is laid out."""
LEAST_SIDE = 32
MOST_SIDE = 16_000
"""A WebP has at most 16,383."""
BRIGHTEST = (1 << BITS) - 1
BAND = 256
"""Rows that are computed together: whole, an image of four bytes a pixel would be in memory several times over."""

Stored = NDArray[np.signedinteger | np.unsignedinteger]
Grays = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """From stored values to brightness, as the file says it: a slope, a table or a window, perhaps inverted."""

    slope: float = 1.0
    intercept: float = 0.0
    center: float | None = None
    width: float | None = None
    is_sigmoid: bool = False
    is_exact: bool = False
    table: NDArray[np.uint16] | None = None
    table_from: int = 0
    table_bits: int = 16
    is_inverted: bool = False
    """MONOCHROME1: the least value is white."""


@dataclass(frozen=True)
class Picture:
    stored: Stored
    bits: int
    """Stored bits of a pixel."""
    window: Window = field(default_factory=Window)
    mm_per_pixel: float | None = None
    side: str = ""
    projection: str = ""
    known: dict[str, object] = field(default_factory=dict)
    """DICOM attributes that may be kept, by keyword."""

    @property
    def air(self) -> int:
        """The stored value of the blackest pixel."""
        return int(self.stored.max() if self.window.is_inverted else self.stored.min())


def show(picture: Picture) -> Pixels:
    """As a reader sees it: 12 bits, air is black.

    Where a file names no window, from its least to its greatest value.
    """
    window, stored = picture.window, picture.stored
    low, high = sorted(_scale(np.array([stored.min(), stored.max()]), window).tolist())
    shown = np.empty(stored.shape, dtype=np.uint16)
    for top in range(0, len(stored), BAND):
        grays = np.clip(_window(_scale(stored[top : top + BAND], window), window, low, high), 0, 1)
        shown[top : top + BAND] = np.rint((1 - grays if window.is_inverted else grays) * BRIGHTEST)
    return shown


def _scale(stored: Stored, window: Window) -> Grays:
    return np.asarray(stored.astype(np.float32) * np.float32(window.slope) + np.float32(window.intercept))


def _window(values: Grays, window: Window, low: float, high: float) -> Grays:
    """From 0 to 1, by PS3.3 C.11.2."""
    if window.table is not None:
        places = np.clip(values - window.table_from, 0, len(window.table) - 1).astype(np.int64)
        return np.asarray(window.table[places] / np.float32((1 << window.table_bits) - 1), dtype=np.float32)
    if window.center is None or window.width is None:
        return np.asarray((values - low) / max(high - low, 1e-6), dtype=np.float32)
    if window.is_sigmoid:
        return np.asarray(1 / (1 + np.exp(-4 * (values - window.center) / window.width)), dtype=np.float32)
    if window.is_exact:
        return np.asarray((values - window.center) / window.width + 0.5, dtype=np.float32)
    return np.asarray((values - (window.center - 0.5)) / max(window.width - 1, 1e-6) + 0.5, dtype=np.float32)
