"""What the beam of one view meets: mm of gland for each pixel, without mineral and without noise."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from imaging.synthesis.arrays import Array, F, smooth, splat, stream, stretch
from imaging.synthesis.breast import GRIT_PITCH, GRIT_SIZE, Breast
from imaging.synthesis.contour import Contour, make_contour, skin_band, skin_folds
from imaging.synthesis.fibres import Strokes
from imaging.synthesis.muscle import add_muscle
from imaging.synthesis.projection import ANGLES, Geometry, sum_along_beam
from imaging.synthesis.tissue import VOXEL

GRIT = 0.11
"""mm of gland of the finest texture over fat; it grows with the root of the gland in the beam."""


@dataclass
class Exposure:
    gland: Array
    contour: Contour


def expose(breast: Breast, geometry: Geometry, grit: Array, extras: tuple[str, ...] = ()) -> Exposure:
    contour = make_contour(breast, geometry)
    gland = _sample(breast, geometry)
    fine = _grit(geometry, grit, breast.side)
    texture = fine * (F(GRIT) * (F(0.25) + np.sqrt(np.clip(gland, 0, 40))))
    for width, strokes in breast.layers.items():
        gland += _draw_strokes(geometry, strokes, width)
    gland += texture
    gland *= smooth(contour.depth, 0, 3)
    gland += skin_band(breast, geometry, contour)
    gland += _nipple_shadow(breast, geometry) * contour.inside
    gland += skin_folds(breast, geometry)
    if geometry.has_muscle:
        gland = add_muscle(breast, geometry, gland, fine)
    if geometry.direction == "MLO":
        for word in extras:
            gland += _EXTRAS[word](breast, geometry)
    return Exposure(gland.astype(F, copy=False), contour)


def _sample(breast: Breast, geometry: Geometry) -> Array:
    """The projected volume at the pixels of the view; behind the breast it fades."""
    flat, first_u = sum_along_beam(breast, geometry.angle)
    u, x = geometry.u, geometry.x
    rows = np.clip((u / geometry.scale_u - first_u) / VOXEL, 0, flat.shape[0] - 1.001)
    lines = stretch(flat, rows, np.arange(flat.shape[1]))
    columns = ((x[None] - geometry.forward(u)[:, None]) / (geometry.scale_x * VOXEL)).astype(F)
    # What lies behind the volume, under the arm, is its mirror image and thins out.
    ahead = np.abs(columns)
    index = np.minimum(ahead.astype(np.int32), flat.shape[1] - 2)
    part = np.clip(ahead - index, 0, 1)
    gland = np.take_along_axis(lines, index, 1)
    gland += (np.take_along_axis(lines, index + 1, 1) - gland) * part
    gland *= F(geometry.scale_beam) * np.exp(np.minimum(columns, 0) * F(VOXEL / 22))
    return gland


def _grit(geometry: Geometry, grit: Array, side: str) -> Array:
    # Each side and view reads another part of the same sheet; a spot view reads that of its base.
    kind = "MLO" if geometry.pull else "ML" if geometry.projection == "ML" else "CC"
    number = list(ANGLES).index(kind) + (3 if side == "R" else 0)
    rows = (-geometry.u / GRIT_PITCH + 640 * number) % GRIT_SIZE
    return stretch(grit, rows, (geometry.x / GRIT_PITCH + 410 * number) % GRIT_SIZE)


def _draw_strokes(geometry: Geometry, strokes: Strokes, width: float) -> Array:
    """Points spread to `width` mm (sd), on a grid that is fine enough for it.

    A strand that runs along the beam would heap up to a dot as bright as mineral, which nothing in a normal breast
    should be; below 45 degrees it is thinned to what it is at 45.
    """
    step = max(int(width / 1.35 / geometry.pixel), 1)
    rows, columns = geometry.pixels(strokes.points)
    along_beam = strokes.courses @ geometry.beam.astype(F)
    volumes = strokes.volumes * np.minimum(1, np.sqrt(1 - np.minimum(along_beam**2, 1)) / F(0.7))
    shape = (geometry.rows // step + 2, geometry.columns // step + 2)
    layer = splat(rows / step, columns / step, volumes, shape) / F((geometry.pixel * step) ** 2)
    layer = ndimage.gaussian_filter(layer, width / geometry.pixel / step, truncate=3)
    if step == 1:
        return np.asarray(layer[: geometry.rows, : geometry.columns])
    return stretch(layer, np.arange(geometry.rows) / step, np.arange(geometry.columns) / step)


def _nipple_shadow(breast: Breast, geometry: Geometry) -> Array:
    up = np.exp(-((geometry.u / 13) ** 2))
    out = np.exp(-(((geometry.x - breast.shape.depth * geometry.scale_x + 3) / 9) ** 2))
    return np.asarray((5.0 * up[:, None] * out[None]).astype(F))


def _deodorant(breast: Breast, geometry: Geometry) -> Array:
    """Dense flecks over the axilla."""
    rng, count = stream(breast.seed, "deodorant", breast.side), 500
    frame = geometry.base or geometry
    rows, columns = rng.normal(0.10, 0.05, count) * frame.rows, rng.normal(0.16, 0.07, count) * frame.columns
    if geometry.base:
        rows = (geometry.top - frame.top + rows * frame.pixel) / geometry.pixel
        columns = (frame.left + columns * frame.pixel - geometry.left) / geometry.pixel
    flecks = splat(rows, columns, rng.gamma(0.6, 1, count), (geometry.rows, geometry.columns))
    fleck = 0.12 / geometry.pixel
    return np.asarray(36 * fleck**2 * ndimage.gaussian_filter(flecks, fleck))


def _lymph_node(breast: Breast, geometry: Geometry) -> Array:
    """An oval node with a fatty hilum, above in the tail."""
    rng = stream(breast.seed, "node", breast.side)
    u, x = rng.uniform(48, 72), rng.uniform(38, 55)
    size, lean = rng.uniform(4, 8), rng.normal(0.3, 0.1)
    up, out = geometry.u[:, None] - u, geometry.x[None] - x
    body = np.hypot(up / size, (out - up * lean) / (0.55 * size))
    hilum = np.hypot((up + 1) / (0.5 * size), (out + 0.2 * size) / (0.3 * size))
    angle = np.arctan2(out, up)
    body = body * (1 + 0.07 * np.cos(2 * angle + rng.uniform(0, 6)) + 0.05 * np.cos(3 * angle + rng.uniform(0, 6)))
    return np.asarray(5 * smooth(body, 1.12, 0.6) * (1 - 0.75 * smooth(hilum, 1.3, 0.4)))


_EXTRAS = {"deodorant": _deodorant, "lymph-node": _lymph_node}
