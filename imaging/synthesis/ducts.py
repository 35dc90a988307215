"""Duct trees: 7 to 9 meet at the nipple, branch to terminal ducts and end in lobules.

Ramsay et al., J Anat 206:525 (2005): 9 ducts a breast, 2 mm wide, first branch 8 mm from the nipple. Love and Barsky,
Cancer (2004): 5 to 9 systems. A segment is a part of one system, a line a way to the nipple.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from imaging.synthesis.anatomy import Shape
from imaging.synthesis.arrays import Array, length, stream, unit

STEP = 0.5  # mm between points of a duct
TERMINAL = 9  # the generation of a terminal duct
THINNEST = 0.17  # mm, radius below which a duct ends
DEEPEST = 6  # branchings


@dataclass
class Ducts:
    """Ducts as polylines; lists run along segments."""

    lines: list[Array] = field(default_factory=list)
    radii: list[Array] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    systems: list[int] = field(default_factory=list)
    generations: list[int] = field(default_factory=list)
    lobules: Array = field(default_factory=lambda: np.empty((0, 3)))
    lobule_segments: Array = field(default_factory=lambda: np.empty(0, int))

    def nearest_lobule(self, place: Array) -> int:
        return int(np.argmin(((self.lobules - place) ** 2).sum(1)))

    def way_to_nipple(self, segment: int, limit: float = 1e9) -> list[int]:
        """Segments from this one towards the nipple, up to limit mm."""
        way, total = [], 0.0
        while segment >= 0 and total < limit:
            way.append(segment)
            total += length(self.lines[segment])
            segment = self.parents[segment]
        return way

    def below(self, segment: int) -> list[int]:
        """The segment and all that branches from it."""
        children: dict[int, list[int]] = {}
        for child, parent in enumerate(self.parents):
            children.setdefault(parent, []).append(child)
        todo, found = [segment], []
        while todo:
            found.append(todo.pop())
            todo += children.get(found[-1], [])
        return found


@dataclass
class _Tip:
    """Where a duct goes on growing."""

    parent: int
    place: Array
    direction: Array
    length: float
    radius: float
    generation: int


class _Grower:
    def __init__(self, shape: Shape, rng: Generator) -> None:
        self.shape, self.rng, self.ducts = shape, rng, Ducts()
        self.lobules: list[Array] = []
        self.lobule_segments: list[int] = []

    def grow_system(self, system: int, azimuth: float, tilt: float) -> None:
        """One tree: first straight into the breast, then into its own cone about the axis (angles from the nipple)."""
        rng = self.rng
        around = np.array([0, np.cos(azimuth), np.sin(azimuth)])
        axis = np.sin(tilt) * around - np.array([np.cos(tilt), 0, 0])
        start = self.shape.tip + 1.6 * around - np.array([1, 0, 0])
        trunk = _Tip(-1, start, unit(axis - np.array([1.2, 0, 0])), rng.uniform(9, 15), 0.95, 0)
        segment, end, direction = self._run(trunk, system, 0.8, 0.035)
        todo = [_Tip(segment, end, unit(direction + axis), rng.uniform(11, 15), 0.62, 1)]
        while todo:
            todo += self._branch(todo.pop(), system, axis)

    def _branch(self, tip: _Tip, system: int, axis: Array) -> list[_Tip]:
        rng = self.rng
        tip.direction = unit(tip.direction + 0.22 * axis)
        usual, tip.length = tip.length, tip.length * rng.uniform(0.75, 1.2)
        segment, end, direction = self._run(tip, system, tip.radius * 0.85, 0.055)
        for _ in range(rng.integers(1, 4)):
            self._end_in_lobule(segment, direction, system)
        if tip.generation > DEEPEST or tip.radius < THINNEST or not self.shape.holds(end):
            self._keep_lobule(end, segment)
            return []
        main = self._turn(direction, rng.uniform(0.10, 0.30))
        tips = [_Tip(segment, end, main, usual * 0.87, tip.radius * 0.86, tip.generation + 1)]
        if rng.random() < 0.80:
            side = self._turn(direction, rng.uniform(0.45, 0.85))
            tips.append(_Tip(segment, end, side, usual * 0.78, tip.radius * 0.74, tip.generation + 1))
        return tips

    def _end_in_lobule(self, segment: int, direction: Array, system: int) -> None:
        rng = self.rng
        line = self.ducts.lines[segment]
        start = line[rng.integers(1, len(line))]
        away = self._turn(direction, rng.uniform(0.6, 1.2))
        tip = _Tip(segment, start, away, rng.uniform(1.5, 4.5), 0.16, TERMINAL)
        own, end, _ = self._run(tip, system, 0.10, 0.10)
        self._keep_lobule(end, own)

    def _keep_lobule(self, place: Array, segment: int) -> None:
        self.lobules.append(place)
        self.lobule_segments.append(segment)

    def _run(self, tip: _Tip, system: int, end_radius: float, wobble: float) -> tuple[int, Array, Array]:
        """One segment; its number, end and last direction."""
        steps = max(int(tip.length / STEP), 3)
        directions = unit(tip.direction + np.cumsum(self.rng.normal(0, wobble, (steps, 3)), axis=0))
        line = tip.place + np.r_[np.zeros((1, 3)), np.cumsum(directions * tip.length / steps, axis=0)]
        ducts = self.ducts
        ducts.lines.append(line)
        ducts.radii.append(np.linspace(tip.radius, end_radius, steps + 1))
        ducts.parents.append(tip.parent)
        ducts.systems.append(system)
        ducts.generations.append(tip.generation)
        return len(ducts.lines) - 1, line[-1], directions[-1]

    def _turn(self, direction: Array, angle: float) -> Array:
        across = unit(np.cross(direction, self.rng.normal(0, 1, 3)))
        return unit(direction * np.cos(angle) + across * np.sin(angle))


def grow_ducts(seed: int, side: str, shape: Shape) -> Ducts:
    """Both sides have their systems in about the same directions, and branch each by itself."""
    pair, own = stream(seed, "ducts"), stream(seed, "ducts", side)
    systems = int(pair.integers(7, 10))
    grower = _Grower(shape, own)
    for system in range(systems):
        azimuth = 2 * np.pi * (system + pair.uniform(-0.25, 0.25)) / systems + own.normal(0, 0.08)
        # One system runs straight back; the others lean 24 to 62 degrees from the axis.
        tilt = np.radians(pair.uniform(24, 62) + own.normal(0, 3) if system else 12)
        grower.grow_system(system, azimuth, tilt)
    grower.ducts.lobules = np.array(grower.lobules)
    grower.ducts.lobule_segments = np.array(grower.lobule_segments)
    return grower.ducts
