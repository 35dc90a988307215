"""From an entry to a picture: the view is made, cut, and written as 8 bits."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.pictures.errors import BadPicture
from imaging.pictures.specs import Panel, Spec
from imaging.synthesis import GENERATOR
from imaging.synthesis.study import SyntheticView, make_view

QUALITY = 90
"""As of tiles (imaging/studies/pyramids.py): at 80 noise turns into patches."""
GAP = 12
"""Black pixels between two panels."""
AIR = 0.02
"""Of the brightest pixel: what is darker is air."""
DARKEST, BRIGHTEST = 0.5, 99.97
"""Percentiles of a cut that become black and white, as a reader would set the window."""

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Picture:
    image: Image.Image
    facts: dict[str, Any]
    """As <key>.json has them: what is told only after an answer."""

    def encode(self) -> bytes:
        written = BytesIO()
        self.image.save(written, "WEBP", quality=QUALITY, method=6)
        return written.getvalue()


@dataclass(frozen=True)
class _Cut:
    pixels: Pixels
    mm_per_pixel: float
    outlines: list[dict[str, Any]]


def render(spec: Spec) -> Picture:
    """Some four seconds of a core for each panel. Raises BadPicture where the finding is not in the view."""
    cuts = [_cut(spec, panel) for panel in spec.panels]
    rows = max(cut.pixels.shape[0] for cut in cuts)
    parts: list[Pixels] = []
    outlines: list[dict[str, Any]] = []
    at = 0
    for cut in cuts:
        if parts:
            parts.append(np.zeros((rows, GAP), np.float32))
            at += GAP
        parts.append(np.pad(cut.pixels, ((0, rows - cut.pixels.shape[0]), (0, 0))))
        outlines += [{**each, "points": [[x + at, y] for x, y in each["points"]]} for each in cut.outlines]
        at += cut.pixels.shape[1]
    grays = np.concatenate(parts, axis=1)
    facts = {
        "width": grays.shape[1],
        "height": rows,
        "mm_per_pixel": [round(cut.mm_per_pixel, 5) for cut in cuts],
        "outlines": outlines,
        "generator": GENERATOR,
        "spec": spec.digest,
    }
    return Picture(Image.fromarray(grays.astype(np.uint8)), facts)


def _cut(spec: Spec, panel: Panel) -> _Cut:
    side, projection = panel.place
    view = make_view(panel.recipe, side, projection)
    left, top, columns, rows = _find_field(spec, panel, view)
    part = view.pixels[top : top + rows, left : left + columns].astype(np.float32)
    times = _find_times(panel, columns, view.mm_per_pixel)
    small = part if times >= 1 else _shrink(part, times)
    gray = small / 16.0 if panel.crop.mm is None else _window(small)
    if times > 1:
        gray = _resample(gray, times, Image.Resampling.BICUBIC)
    outlines = [
        {"finding": found.finding, "visibility": found.visibility, "points": _move(found.polygon, left, top, times)}
        for found in view.findings
        if found.polygon
    ]
    return _Cut(gray, view.mm_per_pixel / times, [each for each in outlines if _shows(each, gray)])


def _move(polygon: list[tuple[float, float]], left: int, top: int, times: float) -> list[list[float]]:
    return [[round((x - left + 0.5) * times, 1), round((y - top + 0.5) * times, 1)] for x, y in polygon]


def _shows(outline: dict[str, Any], gray: Pixels) -> bool:
    x, y = np.array(outline["points"]).T
    return bool(x.max() > 0 and y.max() > 0 and x.min() < gray.shape[1] and y.min() < gray.shape[0])


def _find_field(spec: Spec, panel: Panel, view: SyntheticView) -> tuple[int, int, int, int]:
    """Left, top, columns and rows, in pixels of the view."""
    height, width = view.pixels.shape
    crop = panel.crop
    if crop.mm is None:
        left, right = _find_breast(view)
        return left, 0, right - left, height
    size = min(round(crop.mm / view.mm_per_pixel), height, width)
    if crop.finding is None:
        x, y = crop.across / view.mm_per_pixel, crop.down / view.mm_per_pixel
    else:
        found = next((each for each in view.findings if each.finding == crop.finding and each.polygon), None)
        if found is None:
            raise BadPicture(f"Picture {spec.key}: finding {crop.finding} does not show in {panel.view}.")
        x, y = np.array(found.particles if len(found.particles) else found.polygon).mean(axis=0)
    x, y = x + crop.shift[0] / view.mm_per_pixel, y + crop.shift[1] / view.mm_per_pixel
    left = int(np.clip(x - size / 2, 0, width - size))
    top = int(np.clip(y - size / 2, 0, height - size))
    return left, top, size, size


def _find_breast(view: SyntheticView) -> tuple[int, int]:
    """The columns that the breast takes, and some air beyond it."""
    used = np.flatnonzero((view.pixels > AIR * view.pixels.max()).any(axis=0))
    air = round(6 / view.mm_per_pixel)
    return max(int(used[0]) - air, 0), min(int(used[-1]) + air, view.pixels.shape[1])


def _window(part: Pixels) -> Pixels:
    low, high = np.percentile(part, [DARKEST, BRIGHTEST])
    return np.asarray(np.clip((part - low) / max(high - low, 1) * 255, 0, 255), dtype=np.float32)


def _find_times(panel: Panel, columns: int, mm_per_pixel: float) -> float:
    """How many pixels of the picture each pixel of the view makes."""
    if panel.pixel is not None:
        return round(columns * mm_per_pixel / panel.pixel) / columns
    width = panel.width or columns
    by = -(-columns // width)
    return 1 / by if by > 1 else float(width // columns)


def _shrink(part: Pixels, times: float) -> Pixels:
    """By a whole number the mean of so many pixels each way."""
    by = round(1 / times)
    if times * by != 1:
        return np.asarray(_resample(part, times, Image.Resampling.LANCZOS))
    rows, columns = (length // by for length in part.shape)
    cells = part[: rows * by, : columns * by].reshape(rows, by, columns, by)
    return np.asarray(cells.mean(axis=(1, 3)), dtype=np.float32)


def _resample(part: Pixels, times: float, filter_: Image.Resampling) -> Pixels:
    rows, columns = (round(length * times) for length in part.shape)
    image = Image.fromarray(part).resize((columns, rows), filter_)
    return np.asarray(np.clip(np.asarray(image), part.min(), part.max()), dtype=np.float32)
