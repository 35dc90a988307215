"""Everything outside of the breast is made black: names and labels that were burned into the air go with it.

Text over the breast stays, and no program finds all of it: that is why a person signs (imaging.incoming.services).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from imaging.incoming.pictures import Picture, show

BLOCK = 4
"""Pixels of a side: what is finer than this is not looked at, and as much of the air is left at the skin."""
AIR = 0.05
"""Of the way from the air to the brightest percent: what is darker is air."""
DARKEST = 2.0
"""Percent of the image, which are taken for air."""

Mask = NDArray[np.bool_]


def blank_air(picture: Picture) -> Picture:
    """The same picture, black but for its largest piece."""
    breast = find_breast(picture)
    stored = picture.stored.copy()
    stored[~breast] = picture.air
    return replace(picture, stored=stored)


def find_breast(picture: Picture) -> Mask:
    """The largest connected piece, without holes."""
    shown = show(picture)
    rows, columns = shown.shape
    blocks = _mean_of_blocks(shown)
    dark = np.percentile(blocks, DARKEST)
    threshold = dark + AIR * (np.percentile(blocks, 99) - dark)
    pieces, count = ndimage.label(blocks > threshold)
    if not count:
        return np.ones(shown.shape, dtype=bool)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    whole = ndimage.binary_fill_holes(pieces == sizes.argmax())
    # The block at the skin is half air, and may count as air.
    largest = ndimage.binary_dilation(whole, np.ones((3, 3)))
    return np.asarray(np.kron(largest, np.ones((BLOCK, BLOCK), dtype=bool))[:rows, :columns])


def _mean_of_blocks(shown: NDArray[np.uint16]) -> NDArray[np.float32]:
    rows, columns = shown.shape
    whole = np.pad(shown, ((0, -rows % BLOCK), (0, -columns % BLOCK)), mode="edge")
    blocks = whole.reshape(whole.shape[0] // BLOCK, BLOCK, whole.shape[1] // BLOCK, BLOCK)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)
