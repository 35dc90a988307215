"""Where particles lie, from the anatomy: a segment is a subtree of one duct system, a line the way to the nipple, a
group neighbouring lobules, a region lobules across systems, and diffuse is all of them.

Extents by the lexicon: grouped within 2 cm, regional over 2 cm.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from imaging.synthesis.arrays import Array
from imaging.synthesis.breast import Breast, draw_place
from imaging.synthesis.ducts import TERMINAL
from imaging.synthesis.recipes import FindingRecipe

LINE = 28.0  # mm of duct in a linear distribution
SEGMENT = 56.0  # mm, largest side of a segment
GROUP = 7.5  # mm from the middle of a group
REGION = (17.0, 23.0)  # mm, radius of a region


class Site:
    """One finding's place in one breast, with the generator that draws its particles."""

    def __init__(self, breast: Breast, finding: FindingRecipe, wish: Array, rng: Generator) -> None:
        self.breast, self.finding, self.wish, self.rng = breast, finding, wish, rng
        self.anchor = breast.lobule_near(wish)
        self.home = int(breast.ducts.lobule_segments[breast.ducts.nearest_lobule(self.anchor)])

    def count(self, narrow: tuple[int, int], wide: tuple[int, int]) -> int:
        """A number from the first range in a group or line, otherwise from the second."""
        low, high = narrow if self.finding.distribution in ("grouped", "linear") else wide
        return max(1, round(self.rng.uniform(low, high) * self.finding.amount))

    def places(self, count: int, spread: float) -> Array:
        """`count` places in the finding's distribution, each `spread` mm (sd) from a lobule or duct."""
        return _PLACES[self.finding.distribution](self, count, spread)

    def segments(self) -> list[int]:
        """Segments of one duct system in the finding's distribution, the nearest first."""
        ducts, distribution = self.breast.ducts, self.finding.distribution
        if distribution == "linear":
            return ducts.way_to_nipple(self.home, LINE)
        if distribution == "grouped":
            return self._segments_near()
        return self.subtree(SEGMENT if distribution == "segmental" else 40)

    def subtree(self, reach: float) -> list[int]:
        """The largest subtree around the home segment whose sides stay below reach (mm)."""
        ducts, best = self.breast.ducts, [self.home]
        for top in ducts.way_to_nipple(self.home):
            found = ducts.below(top)
            points = np.concatenate([ducts.lines[segment] for segment in found])
            if np.ptp(points, axis=0).max() > reach:
                break
            best = found
        return best

    def _segments_near(self) -> list[int]:
        ducts = self.breast.ducts
        system = ducts.systems[self.home]
        far = np.array(
            [
                np.linalg.norm(line[len(line) // 2] - self.anchor) if ducts.systems[k] == system else np.inf
                for k, line in enumerate(ducts.lines)
            ]
        )
        near = [int(k) for k in np.argsort(far, kind="stable") if far[k] < 9]
        close = [k for k in near if far[k] < 6.5]
        return close if len(close) >= 14 else near[:14]

    def _on_lines(self, segments: list[int], count: int, spread: float) -> Array:
        base = np.concatenate([self.breast.ducts.lines[segment] for segment in segments])
        return base[self.rng.integers(0, len(base), count)] + self.rng.normal(0, spread, (count, 3))

    def _in_segment(self, count: int, spread: float) -> Array:
        return self._on_lines(self.subtree(SEGMENT), count, spread)

    def _in_line(self, count: int, spread: float) -> Array:
        return self._on_lines(self.breast.ducts.way_to_nipple(self.home, LINE), count, min(spread, 0.35))

    def _in_group(self, count: int, spread: float) -> Array:
        lobules, rng = self.breast.ducts.lobules, self.rng
        far = np.linalg.norm(lobules - self.anchor, axis=1)
        base = lobules[np.argsort(far)[: max(5, count // 4)]]
        base = base[np.linalg.norm(base - self.anchor, axis=1) < GROUP - 1]
        if len(base) < 3:
            base = self.anchor + rng.normal(0, 2, (4, 3))
        share = rng.dirichlet(np.full(len(base), 1.2))
        places = base[rng.choice(len(base), count, p=share)] + rng.normal(0, max(spread, 0.9), (count, 3))
        out = places - self.anchor
        return np.asarray(self.anchor + out * np.minimum(1, GROUP / np.linalg.norm(out, axis=1).clip(0.1))[:, None])

    def _in_region(self, count: int, spread: float) -> Array:
        lobules, rng = self.breast.ducts.lobules, self.rng
        base = lobules[np.linalg.norm((lobules - self.anchor) * [1, 0.8, 0.8], axis=1) < rng.uniform(*REGION)]
        return np.asarray(base[rng.integers(0, len(base), count)] + rng.normal(0, spread, (count, 3)))

    def _everywhere(self, count: int, spread: float) -> Array:
        lobules = self.breast.ducts.lobules
        return lobules[self.rng.integers(0, len(lobules), count)] + self.rng.normal(0, spread, (count, 3))

    def is_terminal(self, segment: int) -> bool:
        return self.breast.ducts.generations[segment] == TERMINAL


_PLACES: dict[str, Callable[[Site, int, float], Array]] = {
    "segmental": Site._in_segment,
    "linear": Site._in_line,
    "grouped": Site._in_group,
    "regional": Site._in_region,
    "diffuse": Site._everywhere,
}


def make_site(breast: Breast, finding: FindingRecipe, number: int, rng: Generator) -> Site:
    return Site(breast, finding, draw_place(breast.seed, number), rng)
