"""Mineral to mm of gland, quanta, local enhancement and the grey curve of a picture for presentation, 12 bit.

48 mm of gland for each mm of calcium starts from attenuation near 20 keV and was then set by eye, as were noise,
enhancement and curve, against percentiles of real CC views; one constant stands for spectrum and scatter.
"""

import numpy as np
from scipy import ndimage

from imaging.synthesis.arrays import Array, F, smooth, splat, stream, stretch
from imaging.synthesis.exposure import Exposure
from imaging.synthesis.particles import Particle
from imaging.synthesis.projection import Geometry

WHITE = 4095
CALCIUM = 48.0  # mm of gland for each mm of calcium
NOISE = 0.25  # mm of gland, sd over usual tissue at 0.1 mm pixels
GRAIN = 0.45  # pixels, by which neighbouring quanta are blurred together


def calcium(geometry: Geometry, particles: list[Particle]) -> Array:
    """mm of calcium for each pixel, blurred by detector and focal spot."""
    total = np.zeros((geometry.rows, geometry.columns), F)
    if not particles:
        return total
    places = [geometry.particle_pixels(particle) for particle in particles]
    rows, columns = (np.concatenate(part) for part in zip(*places, strict=True))
    volumes = np.concatenate([particle.volumes for particle in particles])
    size = np.array(total.shape)
    low = np.clip(np.floor([rows.min(), columns.min()]).astype(int) - 12, 0, size)
    high = np.clip(np.ceil([rows.max(), columns.max()]).astype(int) + 12, 0, size)
    if (high - low > 2).all():
        shape = (int(high[0] - low[0]), int(high[1] - low[1]))
        part = splat(rows - low[0], columns - low[1], volumes, shape) / F(geometry.pixel**2)
        total[low[0] : high[0], low[1] : high[1]] = ndimage.gaussian_filter(part, geometry.blur / geometry.pixel + 0.18)
    return total


def contrast(mm: Array) -> Array:
    """mm of gland that calcium is worth; hardening and scatter flatten what is thick."""
    return np.asarray(CALCIUM * mm / (1 + 0.5 * mm))


def noise_sd(signal: Array, geometry: Geometry) -> Array:
    """mm of gland: fewer quanta behind more tissue; a spot view has more of them for its pixels."""
    dose = 0.55 if geometry.projection == "MAG" else 1.0
    pixel = (0.1 / geometry.pixel) ** 0.85
    return np.asarray(F(NOISE * pixel * dose) * np.exp(F(0.018) * np.clip(signal, 0, 60)))


def present(
    seed: int, side: str, exposure: Exposure, mineral: Array, geometry: Geometry, exam: tuple[str, ...] = ()
) -> Array:
    """Values of 0 to 4095 as uint16."""
    rng = stream(seed, "quanta", side, geometry.projection, geometry.angle, *exam)
    gland, contour = exposure.gland, exposure.contour
    signal = gland + mineral
    quanta = ndimage.gaussian_filter(rng.standard_normal(gland.shape, dtype=F), GRAIN)
    signal += quanta * noise_sd(signal, geometry) * F(1.75)
    slow = _slow(gland, geometry)
    enhanced = signal - slow
    enhanced *= F(0.85)
    enhanced += F(0.25) * (signal - ndimage.gaussian_filter(signal, 0.35 / geometry.pixel, truncate=2.5))
    enhanced += signal
    # The window rests on tissue alone: no finding changes the grey of a picture.
    inner = (gland + F(0.85) * (gland - slow))[contour.inside & (contour.depth > 8)]
    low, high = np.percentile(inner[:: max(1, inner.size // 200_000)], [2, 99.3]) if inner.size else (0, 26)
    grey = _curve((enhanced - F(low)) / F(max(high - low, 26)))
    grey *= smooth(contour.depth, 0, 0.35)
    return np.asarray(np.clip(WHITE * grey + contour.inside * 40, 0, WHITE), np.uint16)


def _slow(gland: Array, geometry: Geometry) -> Array:
    """Tissue smoothed over 5 mm, worked out on every eighth pixel."""
    step = 8
    slow = ndimage.gaussian_filter(gland[::step, ::step], 5.0 / geometry.pixel / step, mode="nearest", truncate=3)
    return stretch(slow, np.arange(geometry.rows) / step, np.arange(geometry.columns) / step)


def _curve(t: Array) -> Array:
    """Straight from fat to gland, with a toe and a shoulder."""
    toe = F(0.06) * np.exp(np.clip(t, -3, 0) * F(7))
    t = np.where(t < 0, toe, F(0.06) + F(0.80) * t)
    shoulder = F(0.72) + F(0.28) * (1 - np.exp(-np.clip(t - F(0.72), 0, None) / F(0.28)))
    return np.where(t > F(0.72), shoulder, t)
