"""The edge of the breast in a view: skin line, nipple, axilla, the fold below, the band of skin, and its folds."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from imaging.synthesis.arrays import Array, F, power_law, power_law_line, smooth, stream, stretch
from imaging.synthesis.breast import Breast
from imaging.synthesis.projection import Geometry

SKIN = 1.5  # mm, its usual thickness
SKIN_GLAND = 0.62  # how much of gland a mm of skin is worth


@dataclass
class Contour:
    edge: Array
    """mm, x of the skin for each row."""
    inside: Array
    depth: Array
    """mm from the skin, for each pixel."""


def skin_line(breast: Breast, geometry: Geometry) -> Array:
    """x of the skin for each row."""
    u, shape = geometry.u, breast.shape
    angle = np.radians(geometry.angle)
    true_u = u / geometry.scale_u
    x = shape.skin(np.abs(true_u), np.where(true_u >= 0, angle, angle + np.pi)) * geometry.scale_x
    if geometry.pull:
        x = _add_axilla(breast, geometry, u, x)
        x = _add_belly(breast, geometry, u, x)
    # Along the picture's own field, so that a spot view has the same edge.
    rough = power_law_line(800, 0.5, 3.4, stream(breast.seed, "edge", breast.side, geometry.angle), low=0.01)
    wave = np.interp(u, np.arange(800) * 0.5 - 200, rough) * 0.8
    x = np.where(x > 1, x + wave * smooth(x, 2, 25), x)
    return np.asarray(x + _nipple(breast, u))


def _add_axilla(breast: Breast, geometry: Geometry, u: Array, x: Array) -> Array:
    """The muscle pulls the upper breast forward, and the upper contour stays open towards the axilla."""
    pushed = geometry.forward(u)
    tail = 0.30 * breast.shape.depth + pushed * 1.05 - 0.10 * np.maximum(u, 0)
    x = np.where(u > 0, np.maximum(x + pushed, tail), x + pushed)
    soft = ndimage.gaussian_filter1d(x, 13 / geometry.pixel, mode="nearest")
    return np.asarray(x + (soft - x) * smooth(u, 18, 60))


def _add_belly(breast: Breast, geometry: Geometry, u: Array, x: Array) -> Array:
    """Below the inframammary fold the wall of the belly comes forward again."""
    rng = stream(breast.seed, "belly", breast.side)
    fold = -float(breast.shape.reach(np.radians(geometry.angle + 180))[0]) * geometry.scale_u + rng.uniform(0, 6)
    belly = rng.uniform(6, 12) + rng.uniform(0.15, 0.5) * np.clip(fold - u, 0, None)
    joined = np.where(u < fold + 20, np.maximum(x, belly), x)
    # The skin rounds the corner of the fold.
    soft = ndimage.gaussian_filter1d(joined, 3.0 / geometry.pixel, mode="nearest")
    return np.asarray(joined + (soft - joined) * smooth(u, fold + 45, fold + 22))


def _nipple(breast: Breast, u: Array) -> Array:
    nipple = breast.shape.nipple
    profile = np.exp(-((np.abs(u - nipple.tilt * 8) / nipple.radius) ** 4))
    height = nipple.height * max(0.15, 1 - abs(nipple.tilt) * 1.2)
    return np.asarray(height * profile + 0.6 * nipple.areola * np.exp(-((u / 15) ** 4)))


def _edge(breast: Breast, geometry: Geometry) -> Array:
    """A spot view has the skin of its base, which is smoothed along the whole of it."""
    if geometry.base is None:
        return skin_line(breast, geometry)
    return np.interp(-geometry.u, -geometry.base.u, skin_line(breast, geometry.base))


def make_contour(breast: Breast, geometry: Geometry) -> Contour:
    edge = _edge(breast, geometry)
    x = geometry.x
    inside = x[None] < edge[:, None]
    slope = np.clip(np.gradient(edge, geometry.pixel), -4, 4)
    near = np.clip((edge[:, None] - x[None]).astype(F) / np.sqrt(1 + slope**2).astype(F)[:, None], 0, None)
    if geometry.base:
        return Contour(edge, inside, near)
    depth = _coarse_depth(inside, geometry)
    # Close to the skin the coarse grid shows; there the line's own slope is better.
    depth = np.where(depth < 6, np.minimum(near, depth + 0.4), depth) * inside
    return Contour(edge, inside, depth.astype(F))


def _coarse_depth(inside: Array, geometry: Geometry) -> Array:
    step = max(round(0.4 / geometry.pixel), 1)
    padded = np.pad(inside[::step, ::step], ((1, 1), (30, 0)), mode="edge")
    depth = ndimage.distance_transform_edt(padded)[1:-1, 30:].astype(F) * F(step * geometry.pixel)
    depth -= F(step * geometry.pixel / 2)
    return stretch(depth, np.arange(geometry.rows) / step, np.arange(geometry.columns) / step)


def skin_band(breast: Breast, geometry: Geometry, contour: Contour) -> Array:
    """mm of gland that the skin is worth: its chord through the round edge of the compressed breast.

    Thicker here and thinner there (0.9 to 2.2 mm), and uneven along the edge.
    """
    rng = stream(breast.seed, "skin band", breast.side, geometry.direction)
    uneven = np.pad(power_law((64, 64), 4.0, 2.6, rng), ((0, 1), (0, 1)), mode="wrap")
    uneven = stretch(uneven, geometry.u / 4 % 64, geometry.x / 4 % 64)
    thick = SKIN * np.clip(1 + 0.20 * uneven, 0.6, 1.5)
    radius = F(breast.shape.thickness / 2)
    inner = radius - np.minimum(contour.depth, radius)
    chord = np.sqrt(radius**2 - inner**2) - np.sqrt(np.clip((radius - thick) ** 2 - inner**2, 0, None))
    return np.asarray(2 * SKIN_GLAND * chord * (1 + 0.12 * uneven))


def skin_folds(breast: Breast, geometry: Geometry) -> Array | float:
    """Folds of skin over the axilla, in three MLO views of ten: a dense line beside a lucent one."""
    rng = stream(breast.seed, "folds", breast.side, geometry.direction)
    if geometry.direction != "MLO" or rng.random() > 0.3:
        return 0.0
    total = np.zeros((geometry.rows, geometry.columns), F)
    for _ in range(rng.integers(1, 4)):
        top, start, lean = rng.uniform(60, 110), rng.uniform(8, 52), rng.uniform(-0.9, -0.1)
        extent, width = rng.uniform(18, 48), rng.uniform(0.35, 0.9)
        along = (top - geometry.u) / extent
        bend = rng.normal(0, 7) * along**2 + 0.8 * np.sin(along * rng.uniform(3, 7) + rng.uniform(0, 6))
        x = start + lean * (geometry.u - top) + bend
        strength = np.where((along > 0) & (along < 1), np.sin(np.clip(along, 0, 1) * np.pi) ** 0.6, 0)
        away = ((geometry.x[None] - x[:, None]) / width).astype(F)
        line = np.exp(-(away**2)) - 0.6 * np.exp(-((away - 2) ** 2))
        total += line * (rng.uniform(2.0, 4.5) * strength)[:, None].astype(F)
    return total
