"""Masses for context: an oval one with a sharp edge, or one with spicules that pulls the fibres in."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from imaging.synthesis.arrays import Array, power_law, smooth, unit
from imaging.synthesis.tissue import VOXEL, Tissue

SPICULES = 40


@dataclass(frozen=True)
class Mass:
    kind: str
    centre: Array
    radius: float
    """mm, of its longest half axis."""


def add_mass(tissue: Tissue, kind: str, centre: Array, rng: Generator) -> Mass:
    """Written into the volume: 10 to 17 mm wide, a little denser than gland."""
    mass = Mass(kind, centre, rng.uniform(5.0, 8.5))
    is_oval = kind == "oval-mass"
    axes = np.array([1, rng.uniform(0.75, 1.0), rng.uniform(0.6, 0.85)]) if is_oval else np.ones(3)
    middle, half = ((centre - tissue.origin) / VOXEL).astype(int), int(2 * mass.radius / VOXEL)
    box = tuple(slice(max(c - half, 0), min(c + half, n)) for c, n in zip(middle, tissue.volume.shape, strict=True))
    grid = np.stack(np.meshgrid(*(np.arange(b.start, b.stop) * VOXEL for b in box), indexing="ij"), -1)
    distance = np.linalg.norm((grid + tissue.origin - centre) / (mass.radius * axes), axis=-1)
    distance += (0.03 if is_oval else 0.22) * power_law(distance.shape, VOXEL, 3.0, rng)
    inside = smooth(distance, 1.06, 0.92) if is_oval else smooth(distance, 1.2, 0.5)
    part = tissue.volume[box]
    part += inside * (1.12 - part)
    return mass


def pull_in(lines: Array, mass: Mass) -> Array:
    """Fibres drawn towards a spiculated mass."""
    away = lines - mass.centre
    distance = np.linalg.norm(away, axis=-1, keepdims=True)
    return np.asarray(lines - away * 0.38 * np.exp(-((distance / (2.6 * mass.radius)) ** 2)))


def spicules(mass: Mass, rng: Generator) -> tuple[Array, Array]:
    """Lines (steps, spicules, 3) that run out of the mass to 1.8 to 3.4 radii, and their strength."""
    rays, steps = unit(rng.normal(0, 1, (SPICULES, 3))), 120
    along = np.linspace(0.5, rng.uniform(1.8, 3.4, SPICULES), steps) * mass.radius
    bent = np.cumsum(np.cumsum(rng.normal(0, 0.004, (steps, SPICULES, 3)), 0), 0)
    points = mass.centre + along[..., None] * rays + bent
    return points, np.linspace(0.060, 0.012, steps)[:, None]
