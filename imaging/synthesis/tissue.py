"""The gland as a volume: gland where ducts and lobules are, lobules of fat between septa and within the gland.

Voxels hold the share of gland, 0 to 1 (a wall or mass may be a little denser). The coarse pattern is common to both
sides of a person, the rest is each side's own. Texture in three dimensions falls as 1/f**3, so that its projection
does (Burgess, SPIE 5034, 2003: mean 2.8, 1.5 to 3.5; Chen, Med Phys 39:1435, 2012: 3.17 in CC, 3.30 in MLO).
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy import fft, ndimage

from imaging.synthesis.anatomy import Shape
from imaging.synthesis.arrays import Array, F, power_law, smooth, stream, stretch
from imaging.synthesis.ducts import Ducts

VOXEL = 0.9  # mm
DENSITY_BIAS = {"a": -2.7, "b": -1.45, "c": -0.2, "d": 1.2}
"""Added to the logit of gland; set so that the share of gland rises from below a tenth to above a half."""
COARSE = 3.0  # mm, grid of what both sides share
WARP = 6.0  # mm, grid of the field that bends the septa
FARTHEST = 11.0  # mm, beyond which no wall is sought


@dataclass
class Tissue:
    volume: Array
    """Gland per voxel, axes x, y, z."""
    origin: Array
    """mm, of voxel 0, 0, 0."""

    def index(self, points: Array) -> tuple[Array, ...]:
        at = ((points - self.origin) / VOXEL).astype(np.intp)
        return tuple(np.moveaxis(np.clip(at, 0, np.array(self.volume.shape) - 1), -1, 0))


@dataclass
class _Grid:
    shape: tuple[int, int, int]
    x: Array
    across: Array
    """mm, of y and of z."""
    depth: Array
    """mm below the skin, negative outside."""
    rho: Array

    @property
    def origin(self) -> Array:
        return np.array([0.0, self.across[0], self.across[0]])

    def coarse(self, pitch: float) -> tuple[int, ...]:
        return tuple(int(n * VOXEL / pitch) + 2 for n in self.shape)

    def refine(self, values: Array, pitch: float) -> Array:
        return stretch(values, *(np.arange(n) * VOXEL / pitch for n in self.shape))


def make_tissue(seed: int, side: str, shape: Shape, ducts: Ducts, density: str) -> Tissue:
    rng = stream(seed, "tissue", side)
    grid = _make_grid(shape)
    pattern = _pattern(grid, stream(seed, "pattern"), rng)
    gland = _gland(grid, pattern, _crowding(grid, ducts), DENSITY_BIAS[density])
    warp = [grid.refine(F(4.4) * np.tanh(0.6 * _coarse_noise(grid, WARP, 3.2, rng)), WARP) for _ in "xyz"]
    gap, is_fat = _cells(grid, warp, rng)
    wall = np.exp(-((gap / (F(0.55) + F(0.5) * smooth(warp[2], -3, 3))) ** 2))
    lobule = smooth(gap, 1.2, 6.0)
    gland *= 1 - lobule * np.maximum(0.82 - 0.50 * smooth(pattern, -0.2, 1.6), is_fat)
    wall *= (0.50 + 0.30 * gland) * smooth(warp[0] + warp[1], -5.0, 4.5)
    return Tissue(((gland + wall) * smooth(grid.depth, 0.0, 1.5)).astype(F), grid.origin)


def _make_grid(shape: Shape) -> _Grid:
    nx = fft.next_fast_len(int((shape.depth + 2) / VOXEL), real=True)
    ny = fft.next_fast_len(int(2.5 * shape.base / VOXEL), real=True)
    x, across = np.arange(nx, dtype=F) * VOXEL, (np.arange(ny, dtype=F) - ny / 2) * VOXEL
    rho, phi = np.hypot(across[:, None], across[None]), np.arctan2(across[None], across[:, None])
    skin = shape.skin(rho, phi).astype(F)
    across_slope = np.gradient(skin, VOXEL)
    lean = 1 / np.sqrt(1 + np.minimum(across_slope[0] ** 2 + across_slope[1] ** 2, 9.0))
    depth = (skin[None] - x[:, None, None]) * lean[None].astype(F)
    return _Grid((nx, ny, ny), x, across, depth, rho)


def _coarse_noise(grid: _Grid, pitch: float, beta: float, rng: Generator, high: float = 0.0) -> Array:
    return power_law(grid.coarse(pitch), pitch, beta, rng, low=0.016, high=high)


def _pattern(grid: _Grid, pair: Generator, own: Generator) -> Array:
    """1/f**3 noise: waves longer than 15 mm mostly of the pair, shorter ones of this side."""
    # Grids of two sides differ by a voxel or two; the pair's is drawn at a fixed size.
    shared = power_law((48, 84, 84), COARSE, 3.0, pair, low=0.016, high=0.07)
    steps = [np.arange(n) * VOXEL / COARSE for n in grid.shape]
    shared = stretch(shared, steps[0], *(42 + step - step[-1] / 2 for step in steps[1:]))
    fine = power_law(grid.shape, VOXEL, 3.0, own, low=0.045)
    fine *= F(0.76)
    fine += F(0.65) * shared
    return fine


def _crowding(grid: _Grid, ducts: Ducts) -> Array:
    """Log density of ducts and lobules, smoothed over 5 mm; 0 at its usual."""
    pitch = 2.4
    shape = grid.coarse(pitch)
    points = np.concatenate([ducts.lobules, *(line[::6] for line in ducts.lines)])
    weights = np.r_[np.ones(len(ducts.lobules)), np.full(len(points) - len(ducts.lobules), 0.25)]
    at = np.clip(((points - grid.origin) / pitch).round().astype(int), 0, np.array(shape) - 1)
    counted = np.bincount(np.ravel_multi_index(tuple(at.T), shape), weights, int(np.prod(shape)))
    dense = ndimage.gaussian_filter(counted.reshape(shape).astype(F), 2.2)
    usual = np.percentile(dense[dense > dense.max() * 0.02], 60)
    return grid.refine(np.log(dense / usual + 0.03), pitch)


def _gland(grid: _Grid, pattern: Array, crowding: Array, bias: float) -> Array:
    """Share of gland: none close to the skin and chest wall, but behind the nipple."""
    behind_nipple = np.exp(-((grid.rho / 13) ** 2)).astype(F)[None]
    logit = crowding
    logit *= F(0.80)
    logit += F(1.45) * pattern
    logit += F(bias)
    logit -= (2.6 - 2.0 * behind_nipple) * (1 - smooth((grid.depth - 3) / (11 - 5 * behind_nipple), 0, 1))
    logit -= 3.0 * (1 - smooth(grid.x[:, None, None] - 4 * pattern, 3, 22))
    logit *= -4
    np.clip(logit, -60, 60, out=logit)
    np.exp(logit, out=logit)
    logit += 1
    return np.asarray(1 / logit)


def _cells(grid: _Grid, warp: list[Array], rng: Generator) -> tuple[Array, Array]:
    """Cells around seeds: how much farther the second seed is than the first (0 at a wall, mm), and fatty ones.

    Each seed works on its own box only, which the bounded warp keeps exact within 11 mm.
    """
    seeds = _seeds(grid, rng)
    # About two cells of seven hold fat though gland is around them.
    fatness = np.clip(rng.normal(-0.10, 0.85, len(seeds)), 0, 0.97).astype(F)
    bent = (
        grid.x[:, None, None] * F(0.8) + warp[0],
        grid.across[None, :, None] + warp[1],
        grid.across[None, None] + warp[2],
    )
    first = np.full(grid.shape, FARTHEST**2, F)
    second, fat = first.copy(), np.zeros(grid.shape, F)
    reach = [int(far / VOXEL) + 2 for far in (18.3, 15.5, 15.5)]
    for seed, fatty in zip(seeds, fatness, strict=True):
        at = (seed - grid.origin) / VOXEL
        box = tuple(slice(max(int(c) - n, 0), max(int(c) + n, 0)) for c, n in zip(at, reach, strict=True))
        distance, *others = (bent[k][box] - F(c) for k, c in enumerate((seed[0] * 0.8, seed[1], seed[2])))
        distance *= distance
        for other in others:
            other *= other
            distance += other
        near, next_near = first[box], second[box]
        np.copyto(fat[box], fatty, where=distance < near)
        np.maximum(near, distance, out=others[0])
        np.minimum(next_near, others[0], out=next_near)
        np.minimum(near, distance, out=near)
    np.sqrt(first, out=first)
    np.sqrt(second, out=second)
    second -= first
    second += 3 * np.clip(first - 9, 0, None)
    return second, fat


def _seeds(grid: _Grid, rng: Generator) -> Array:
    """Seeds 8.5 to 11.5 mm apart on the average, crowded here and sparse there."""
    count = int(np.prod(grid.shape) * VOXEL**3 * 0.62 / rng.uniform(8.5, 11.5) ** 3)
    edge = -grid.across[0]
    seeds = rng.uniform([-3, -edge, -edge], [grid.x[-1], edge, edge], (2 * count, 3))
    crowd = power_law((16, 24, 24), 9, 2.0, rng)
    at = tuple(np.clip((seeds - grid.origin) / 9, 0, [15, 23, 23]).astype(int).T)
    seeds = seeds[crowd[at] > rng.normal(0.05, 0.8, len(seeds))]
    at = tuple(np.clip((seeds - grid.origin) / VOXEL, 0, np.array(grid.shape) - 1).astype(int).T)
    return np.asarray(seeds[grid.depth[at] > -9])
