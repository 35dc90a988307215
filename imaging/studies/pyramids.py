"""An image as tiles: Deep Zoom levels of 8-bit WebP, each file written once, and named by what is in it.

A tile's address is the folder, the level, its column and its row: <folder>/<level>/<column>_<row>.webp. The last level
is the image itself, each one before it half as large. `fit.webp` beside them is the whole image, for a page without a
script.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from django.core.files.storage import default_storage
from numpy.typing import NDArray
from PIL import Image

from core.making import keep_made

TILE = 256
"""Pixels of a side."""
QUALITY = 90
"""Keeps 99 percent of the contrast of a fine line; at 80 noise turns into patches."""
FOLDER = "tiles"
FIT = "fit.webp"
FIT_ROWS = 700
"""At most."""
BITS = 12
"""Of a pixel, as it comes."""

Pixels = NDArray[np.uint16]


@dataclass(frozen=True)
class Pyramid:
    folder: str
    levels: int


def count_levels(rows: int, columns: int) -> int:
    """From one pixel to the image itself."""
    return (max(rows, columns) - 1).bit_length() + 1


def name_folder(pixels: Pixels) -> str:
    rows, columns = pixels.shape
    content = hashlib.sha256(f"{rows}x{columns}:{QUALITY}:".encode())
    content.update(np.ascontiguousarray(pixels).data)
    return f"{FOLDER}/{content.hexdigest()[:32]}"


def store_pyramid(pixels: Pixels) -> Pyramid:
    """Write every tile of an image. Repeatable: what a worker left half-way is written over."""
    folder = name_folder(pixels)
    for name, tile in cut_tiles(pixels):
        keep_made(f"{folder}/{name}", tile, end=tile)
    return Pyramid(folder, count_levels(*pixels.shape))


def cut_tiles(pixels: Pixels) -> Iterator[tuple[str, bytes]]:
    """Each file of a pyramid: its name in the folder, and what is in it."""
    for name, picture in _cut(pixels, count_levels(*pixels.shape)):
        written = BytesIO()
        picture.save(written, "WEBP", quality=QUALITY, method=4)
        yield name, written.getvalue()


def remove_pyramid(folder: str) -> None:
    """Whatever there is of it."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    for each in folders:
        remove_pyramid(f"{folder}/{each}")
    default_storage.delete(folder)


def _cut(pixels: Pixels, levels: int) -> Iterator[tuple[str, Image.Image]]:
    level: Pixels | NDArray[np.float32] = pixels
    has_fit = False
    for number in reversed(range(levels)):
        picture = Image.fromarray((level // (1 << BITS - 8)).astype(np.uint8))
        if not has_fit and level.shape[0] <= FIT_ROWS:
            has_fit = True
            yield FIT, picture
        for top in range(0, picture.height, TILE):
            for left in range(0, picture.width, TILE):
                box = (left, top, min(left + TILE, picture.width), min(top + TILE, picture.height))
                yield f"{number}/{left // TILE}_{top // TILE}.webp", picture.crop(box)
        level = _halve(level)


def _halve(level: Pixels | NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of four; an odd row or column stands for itself."""
    rows, columns = level.shape
    even = np.pad(level, ((0, rows % 2), (0, columns % 2)), mode="edge")
    fours = even.reshape((rows + 1) // 2, 2, (columns + 1) // 2, 2)
    return np.asarray(fours.mean(axis=(1, 3)), dtype=np.float32)
