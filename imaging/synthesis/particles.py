"""Pieces of mineral as clouds of points: grains, lumps, casts, shells and sediment. Sizes in mm, volumes in mm cubed.

A rigid particle keeps its shape when the breast is compressed; a cast lies in a duct or vessel and follows the tissue.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from imaging.synthesis.arrays import Array, cross_frame, power_law, resample, rotation, unit

CAST_STEP = 0.035


@dataclass(frozen=True)
class Particle:
    centre: Array
    points: Array
    """Relative to the centre where rigid, otherwise in the breast."""
    volumes: Array
    """Of solid calcium at each point."""
    is_rigid: bool = True


Cloud = tuple[Array, Array]
"""Points about zero (or in the breast) and their volumes."""


def solid(centre: Array, cloud: Cloud, density: float = 1.0) -> Particle:
    """Density is the share of solid calcium; mineral of the breast is porous."""
    return Particle(np.asarray(centre, float), cloud[0], cloud[1] * density)


def soft(cloud: Cloud, density: float = 1.0) -> Particle:
    return Particle(cloud[0].mean(0), cloud[0], cloud[1] * density, is_rigid=False)


def _cube(n: int) -> Array:
    axis = (np.arange(n) + 0.5) / n * 2 - 1
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)


def _fill(grid: Array, inside: Array, size: float, n: int, rng: Generator) -> Cloud:
    """The chosen cells of a cube `size` wide, turned any way, with points anywhere in their cells."""
    if inside.sum() < 4:
        inside = np.linalg.norm(grid, axis=1) < 0.6
    # So many points a cell that their own scatter stays below the quanta's.
    each = 1 if size / n < 0.06 else 4
    cells = np.repeat(grid[inside], each, axis=0)
    points = cells + rng.uniform(-1, 1, cells.shape) / n
    return points * size / 2 @ rotation(rng).T, np.full(len(points), (size / n) ** 3 / each)


def bead(rng: Generator, size: float) -> Cloud:
    """Smooth and about round."""
    n = int(np.clip(size / 0.028, 7, 26))
    axes = np.array([1, 1 / rng.uniform(1.0, 1.15), 1 / rng.uniform(1.0, 1.15)])
    grid = _cube(n)
    return _fill(grid, np.linalg.norm(grid / axes, axis=1) < 1 + 0.04 * rng.normal(), size, n, rng)


def shard(rng: Generator, size: float) -> Cloud:
    """A ball cut by eight planes: angular, no two alike. `size` is the longest side before the cuts."""
    n = int(np.clip(size / 0.028, 7, 26))
    grid = _cube(n)
    axes = np.array([1, 1 / rng.uniform(1.0, 2.6), 1 / rng.uniform(1.0, 2.6)])
    planes, cuts = unit(rng.normal(0, 1, (8, 3))), rng.uniform(0.22, 0.85, 8)
    inside = (np.linalg.norm(grid / axes, axis=1) < 1) & ((grid / axes @ planes.T) < cuts).all(1)
    return _fill(grid, inside, size, n, rng)


def lump(rng: Generator, size: float, roughness: float = 0.35, hollow: float = 0.0, step: float = 0.05) -> Cloud:
    """Grown together from lobes, with a rough surface and uneven inside; `hollow` (0 to 1) leaves the middle empty."""
    n = int(np.clip(size / step, 10, 44))
    grid = _cube(n)
    lobes, radii = unit(rng.normal(0, 1, (6, 3))) * rng.uniform(0.10, 0.62, (6, 1)), rng.uniform(0.24, 0.50, 6)
    radii[0], lobes[0] = 0.42, 0
    field = np.max(1 - np.linalg.norm(grid[:, None] - lobes, axis=2) / radii, axis=1)
    noise = power_law((n, n, n), 1, 3.2, rng).ravel()
    field += roughness * noise
    inside = field > 0
    if hollow:
        inside &= field < 1.25 - hollow + 0.3 * noise
    points, volumes = _fill(grid, inside, size, n, rng)
    uneven = np.clip(0.85 + 0.45 * np.resize(np.repeat(noise, 4), len(volumes)), 0.15, 1.8)
    return points, volumes * uneven


def powder(rng: Generator, spread: float, count: int, volume: float) -> Cloud:
    """A speck without an edge."""
    return rng.normal(0, spread, (count, 3)) * rng.uniform(0.6, 1.5, 3), np.full(count, volume / count)


def casts(
    rng: Generator, line: Array, radius: float, runs: tuple[float, float], gaps: tuple[float, float], lumpy: float
) -> list[Cloud]:
    """Broken, uneven rods along a polyline: lengths of the pieces and of the gaps are drawn from ranges."""
    line = resample(line, CAST_STEP)
    pieces, at = [], int(rng.uniform(0, 0.6) / CAST_STEP)
    while at < len(line) - 4:
        steps = int(_log_uniform(rng, runs) / CAST_STEP)
        piece = line[at : at + steps]
        at += steps + int(_log_uniform(rng, gaps) / CAST_STEP)
        if len(piece) >= 4:
            pieces.append(_cast(rng, piece, radius, lumpy))
    return pieces


def _log_uniform(rng: Generator, limits: tuple[float, float]) -> float:
    return float(np.exp(rng.uniform(*np.log(limits))))


def _waves(rng: Generator, n: int, width: float, columns: int = 0) -> Array:
    """Noise of about unit variance that changes over `width` steps."""
    noise = rng.standard_normal((n + 400, columns) if columns else n + 400)
    waves: Array = ndimage.gaussian_filter1d(noise, width, axis=0)[200:-200] * np.sqrt(2 * np.sqrt(np.pi) * width)
    return waves


def _cast(rng: Generator, line: Array, radius: float, lumpy: float) -> Cloud:
    """One rod, thicker here and thinner there, that wanders a little about its line."""
    n, slow = len(line), max(1.0, radius / 0.08)
    ends = np.minimum(np.arange(n), np.arange(n)[::-1]) / (rng.uniform(1, 7) * slow) + 0.35
    uneven = np.exp(lumpy * (0.8 * _waves(rng, n, 5 * slow) + 0.7 * _waves(rng, n, 1.8 * slow)))
    radii = radius * uneven * np.minimum(1, ends) * rng.uniform(0.75, 1.2)
    around = max(int(26 * (radius / 0.1) ** 2), 18)
    angle, out = rng.uniform(0, 2 * np.pi, (n, around)), np.sqrt(rng.random((n, around))) * radii[:, None]
    first, second = cross_frame(line)
    drift = _waves(rng, n, 12 * slow, 2) * radius * 0.25
    points = (
        line[:, None]
        + first[:, None] * (out * np.cos(angle) + drift[:, :1])[..., None]
        + second[:, None] * (out * np.sin(angle) + drift[:, 1:])[..., None]
    )
    return points.reshape(-1, 3), np.repeat(np.pi * radii**2 * CAST_STEP / around, around)


def shell(rng: Generator, axes: Array, wall: float, count: int, uneven: float, dents: float) -> Cloud:
    """The wall of a bag with three half axes: its form dented, its thickness uneven down to nothing."""
    directions = unit(rng.normal(0, 1, (count, 3)))
    form = _on_sphere(directions, power_law((24, 24, 24), 1, 5.0, rng))
    thick = np.clip(1 + uneven * _on_sphere(directions, power_law((24, 24, 24), 1, 3.6, rng)), 0, None)
    depth = wall * thick[:, None] * rng.random((count, 1))
    points = directions * (axes * (1 + dents * form[:, None]) - depth)
    area = 4 * np.pi * np.prod(axes) ** (2 / 3)
    return points, area * wall * thick / count


def _on_sphere(directions: Array, noise: Array) -> Array:
    at = (directions.T + 1) / 2 * (np.array(noise.shape)[:, None] - 1)
    return np.asarray(ndimage.map_coordinates(noise, at, order=1))


def sediment(rng: Generator, radius: float, level: float, count: int = 9000) -> Cloud:
    """What settles in a small cyst: curved below, flat above; `level` (0 to 1) is how much of it stays clear."""
    z = -1 + (1 - level) * rng.random(count) ** 1.3
    out, angle = np.sqrt(1 - z * z) * np.sqrt(rng.random(count)), rng.uniform(0, 2 * np.pi, count)
    points = np.c_[out * np.cos(angle), out * np.sin(angle), z] * radius
    cap = np.pi * radius**3 * (1 - level) ** 2 * (2 + level) / 3
    weights = 1 - z * z
    return points, cap * weights / weights.sum()
