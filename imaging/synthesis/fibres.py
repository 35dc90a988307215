"""Everything thin and soft as points: ducts, vessels and 15,000 short bundles of fibres.

A point carries mm cubed of gland, and belongs to a width: the standard deviation (mm) with which it is drawn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from imaging.synthesis.anatomy import Shape
from imaging.synthesis.arrays import Array, F, power_law, resample, unit
from imaging.synthesis.ducts import Ducts
from imaging.synthesis.masses import Mass, pull_in, spicules
from imaging.synthesis.tissue import VOXEL, Tissue
from imaging.synthesis.vessels import Vessel


@dataclass
class Strokes:
    """Points of one width."""

    points: Array
    volumes: Array
    courses: Array
    """Unit vectors along the line of each point."""


Layers = dict[float, Strokes]
WIDTHS = (0.13, 0.17, 0.28, 0.48)
BUNDLES, STEPS, STEP = 15_000, 80, 0.22
# Points lie closer than twice their width, or beads show under magnification.
DUCT_STEP = 0.3
SHARES = ((0.0, 0.50, 0.0140), (0.50, 0.80, 0.035), (0.80, 0.94, 0.076), (0.94, 1.01, 0.117))
"""Of the bundles in each width, from and to; and mm cubed of gland a point (set by eye against real views)."""
FIELD = 5.0  # mm, grid of the field of directions
VESSEL_STEP = 0.25


def make_layers(
    shape: Shape, ducts: Ducts, tissue: Tissue, vessels: list[Vessel], masses: list[Mass], rng: Generator
) -> Layers:
    """By width."""
    found: dict[float, list[Strokes]] = {width: [] for width in WIDTHS}
    for line, radius, generation in zip(ducts.lines, ducts.radii, ducts.generations, strict=True):
        width = 0.48 if generation < 2 else 0.28 if generation < 5 else 0.17
        points = resample(line, DUCT_STEP)
        wide = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, len(radius)), radius)
        found[width].append(_strokes(points, 1.2 * wide**2 * DUCT_STEP))
    for vessel in vessels:
        found[_vessel_width(vessel)].append(_strokes(*_vessel_points(vessel)))
    lines, strength = _bundles(shape, tissue, rng)
    for mass in masses:
        if mass.kind == "spiculated-mass":
            lines = pull_in(lines, mass)
            found[0.17].append(_strokes(*spicules(mass, rng)))
    strength *= _local(tissue, lines)
    kind = rng.random(BUNDLES)
    for width, (low, high, volume) in zip(WIDTHS, SHARES, strict=True):
        chosen = (kind >= low) & (kind < high)
        found[width].append(_strokes(lines[:, chosen], volume * strength[:, chosen]))
    return {width: _join(parts) for width, parts in found.items()}


def _strokes(lines: Array, volumes: Array) -> Strokes:
    """Of one line (steps, 3) or many (steps, lines, 3)."""
    courses = unit(np.gradient(lines, axis=0))
    everywhere = np.broadcast_to(volumes, lines.shape[:-1])
    return Strokes(lines.reshape(-1, 3), everywhere.ravel(), courses.reshape(-1, 3))


def _join(parts: list[Strokes]) -> Strokes:
    points = np.concatenate([part.points for part in parts]).astype(F)
    volumes = np.concatenate([part.volumes for part in parts]).astype(F)
    return Strokes(points, volumes, np.concatenate([part.courses for part in parts]).astype(F))


def _vessel_width(vessel: Vessel) -> float:
    return 0.48 if vessel.radii[0] > 0.85 else 0.28 if vessel.radii[0] > 0.4 else 0.17


def _vessel_points(vessel: Vessel) -> tuple[Array, Array]:
    """Blood attenuates about as gland does, so a point holds its piece of the cylinder."""
    line = resample(vessel.line, VESSEL_STEP)
    radii = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(vessel.radii)), vessel.radii)
    return line, np.pi * radii**2 * VESSEL_STEP


def _bundles(shape: Shape, tissue: Tissue, rng: Generator) -> tuple[Array, Array]:
    """Lines (steps, bundles, 3) along a smooth field of directions, mostly towards the nipple; and their strength."""
    place = _starts(tissue, rng)
    field = np.stack([power_law((26, 42, 42), FIELD, 3.4, rng) for _ in "xyz"], -1)

    def look(points: Array) -> Array:
        at = np.clip(((points - tissue.origin) / FIELD).astype(int), 0, [25, 41, 41])
        return np.asarray(field[tuple(at.T)])

    towards = unit(unit(shape.tip - place) + 0.9 * look(place) + rng.normal(0, 0.45, (BUNDLES, 3)))
    bend = rng.normal(0, 0.035, (BUNDLES, 3))
    lines = np.empty((STEPS, BUNDLES, 3), F)
    for step in range(STEPS):
        lines[step] = place
        if step % 6 == 0:
            towards = unit(towards + bend + 0.10 * look(place) + rng.normal(0, 0.07, (BUNDLES, 3)))
        place = place + towards * STEP
    fade = np.sqrt(np.sin(np.linspace(0.05, np.pi - 0.05, STEPS)))
    return lines, np.minimum(rng.gamma(1.1, 1.0, BUNDLES), 3.0) * fade[:, None]


def _starts(tissue: Tissue, rng: Generator) -> Array:
    """Where gland is, and a few anywhere in the breast."""
    sparse = tissue.volume[::2, ::2, ::2]
    chance = np.cumsum((sparse**1.2 + F(0.012) * (sparse > 0)).ravel(), dtype=np.float64)
    chosen = np.searchsorted(chance, rng.uniform(0, chance[-1], BUNDLES))
    at = np.stack(np.unravel_index(chosen, sparse.shape), 1)
    return at * 2 * VOXEL + tissue.origin + rng.uniform(-1, 1, (BUNDLES, 3))


def _local(tissue: Tissue, lines: Array) -> Array:
    gland = tissue.volume[tissue.index(lines)]
    return np.asarray((0.15 + gland) * (gland > 0))
