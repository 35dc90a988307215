"""The pectoral muscle of the MLO and ML: a wedge with a bent, uneven and partly soft edge, streaked by fat."""

import numpy as np
from scipy import ndimage

from imaging.synthesis.arrays import Array, F, power_law, power_law_line, smooth, stream, stretch
from imaging.synthesis.breast import Breast
from imaging.synthesis.projection import Geometry


def add_muscle(breast: Breast, geometry: Geometry, gland: Array, grit: Array) -> Array:
    """mm of gland with the muscle in front of and behind it."""
    # The same muscle in both sides' views, differing as their positioning does.
    pair = stream(breast.seed, "muscle", geometry.direction)
    own = stream(breast.seed, "muscle", breast.side, geometry.direction)
    above = np.clip(geometry.u - _lower_end(geometry, pair, own), 0, None)
    width = _width(above, geometry, pair, own)
    within = width[:, None] - geometry.x[None].astype(F)
    softness = 0.8 + 1.6 * smooth(_along(geometry, own, 3.0), -1, 1.5)
    inside = smooth(within / softness[:, None], -0.6, 1.6) * (above > 0)[:, None]
    thick = 9.5 + 6.5 * smooth(within, 0, 30)
    body = thick + _streaks(geometry, own) * smooth(within, 0, 12) + 0.25 * grit
    return np.asarray(gland * (1 - 0.72 * inside) + inside * body, F)


def _lower_end(geometry: Geometry, pair: np.random.Generator, own: np.random.Generator) -> float:
    """u where the muscle ends: at the level of the nipple or so in the MLO, far above it in the ML."""
    usual = pair.uniform(12, 30) if geometry.direction == "MLO" else pair.uniform(75, 95)
    return geometry.low + usual + float(own.normal(0, 4))


def _along(geometry: Geometry, rng: np.random.Generator, beta: float) -> Array:
    line = power_law_line(800, 0.5, beta, rng, low=0.012)
    return np.interp(geometry.u, np.arange(800) * 0.5 - 200, line)


def _width(above: Array, geometry: Geometry, pair: np.random.Generator, own: np.random.Generator) -> Array:
    """A line that bulges or hangs, with unevenness of its own."""
    slope, bulge = pair.uniform(0.36, 0.50) + own.normal(0, 0.02), pair.uniform(-4, 7) + own.normal(0, 1)
    width = above * slope + bulge * np.sin(np.clip(above / 110, 0, 1) * np.pi)
    return np.asarray(width + 1.1 * _along(geometry, own, 3.4) * smooth(above, 0, 25))


def _streaks(geometry: Geometry, rng: np.random.Generator) -> Array:
    """Bundles of muscle that fan out towards the arm, with fat between them here and there."""
    noise = power_law((256, 256), 1.0, 2.8, rng, low=0.02)
    step = max(int(0.5 / geometry.pixel), 1)
    u, x = geometry.u[::step, None], geometry.x[None, ::step]
    fan = np.arctan2(x + 60, 240 - u) * 150 + 0.02 * x
    far = np.hypot(x + 60, 240 - u)
    fine = ndimage.map_coordinates(noise, [far * 0.20, fan * 1.5], order=1, mode="grid-wrap")
    broad = ndimage.map_coordinates(noise, [far * 0.12 + 90, fan * 0.5 + 40], order=1, mode="grid-wrap")
    streaks = 0.45 * fine + 0.65 * broad - 0.8 * smooth(fine * broad, 0.9, 2.4)
    return stretch(streaks.astype(F), np.arange(geometry.rows) / step, np.arange(geometry.columns) / step)
