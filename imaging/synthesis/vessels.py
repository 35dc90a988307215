"""Vessels run from the chest wall towards the nipple, wind and branch; 1.1 to 2.3 mm wide at the root."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from imaging.synthesis.anatomy import Shape
from imaging.synthesis.arrays import Array, stream, unit

STEP = 0.5  # mm between points


@dataclass(frozen=True)
class Vessel:
    line: Array
    radii: Array
    """mm, one a point."""


@dataclass
class _Start:
    place: Array
    goal: Array
    radius: float
    branchings: int


def grow_vessels(seed: int, side: str, shape: Shape) -> list[Vessel]:
    """Roots are in about the same places on both sides; windings and branches are each side's own."""
    pair, own = stream(seed, "vessels"), stream(seed, "vessels", side)
    vessels: list[Vessel] = []
    for _ in range(int(pair.integers(8, 13))):
        todo = [_root(shape, pair, own)]
        while todo:
            start = todo.pop()
            if vessel := _wind(start, own):
                vessels.append(vessel)
                todo += _branches(vessel, start, own)
    return vessels


def _root(shape: Shape, pair: Generator, own: Generator) -> _Start:
    phi = pair.uniform(-np.pi, np.pi) + own.normal(0, 0.12)
    rho = pair.uniform(0.45, 0.86) * float(shape.reach(phi)[0])
    place = np.array([pair.uniform(0, 12), rho * np.cos(phi), rho * np.sin(phi)])
    goal = shape.tip * [pair.uniform(0.55, 0.95), 1, 1] + pair.normal(0, 14, 3) + own.normal(0, 5, 3)
    # Superficial veins keep outside; the goal leans to their own side.
    goal[1:] += 0.35 * place[1:]
    return _Start(place, goal, pair.uniform(0.55, 1.15), 0)


def _wind(start: _Start, rng: Generator) -> Vessel | None:
    steps = int(np.linalg.norm(start.goal - start.place) / STEP)
    if steps < 12:
        return None
    wave = np.cumsum(np.cumsum(rng.normal(0, 0.013, (steps, 3)), 0), 0)
    turns = steps * STEP / rng.uniform(9, 20)
    # It swings to its sides only: along its own course a swing would make stairs.
    along, swing = unit(start.goal - start.place), rng.normal(0, 0.40, 3)
    wave += np.outer(np.sin(np.linspace(0, turns, steps) * 2 * np.pi), swing - (swing @ along) * along)
    part = np.linspace(0, 1, steps)[:, None]
    line = start.place + (start.goal - start.place) * part + wave - wave[-1] * part
    return Vessel(line, start.radius * np.linspace(1, 0.55, steps))


def _branches(vessel: Vessel, start: _Start, rng: Generator) -> list[_Start]:
    if start.branchings == 2:
        return []
    starts, steps = [], len(vessel.line)
    for _ in range(rng.integers(1, 3)):
        at = rng.integers(steps // 5, 4 * steps // 5)
        direction = unit(unit(start.goal - start.place) + rng.normal(0, 0.55, 3))
        goal = vessel.line[at] + direction * rng.uniform(16, 40)
        starts.append(_Start(vessel.line[at], goal, vessel.radii[at] * 0.65, start.branchings + 1))
    return starts
