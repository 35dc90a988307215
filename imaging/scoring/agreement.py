"""How far two experts agree on a study, and over many: outlines, words, recall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imaging.scoring.outlines import measure_area, measure_overlap
from imaging.scoring.records import Finding

ENOUGH_STUDIES = 20
"""Below this kappa moves too much with one study to be shown."""


@dataclass(frozen=True)
class Pair:
    """Two experts' finding of the same thing."""

    first: Finding
    second: Finding
    dice: float
    """Of all views together, by square millimeters: twice what both drew, of what each drew."""
    dice_by_view: Mapping[str, float]
    """0 where one of the two drew it alone."""

    @property
    def is_same_form(self) -> bool:
        return self.first.morphology == self.second.morphology

    @property
    def is_same_distribution(self) -> bool:
        return self.first.distribution == self.second.distribution

    @property
    def is_same_recall(self) -> bool:
        return self.first.warrants_recall == self.second.warrants_recall


@dataclass(frozen=True)
class Matched:
    pairs: tuple[Pair, ...]
    only_first: tuple[Finding, ...]
    only_second: tuple[Finding, ...]


def match_findings(first: Sequence[Finding], second: Sequence[Finding], mm_per_pixel: Mapping[str, float]) -> Matched:
    """What overlaps most is the same thing; what overlaps nothing of the other's stands alone.

    Each finding is in one pair at most. Of equal overlaps the earlier findings are paired.
    """
    found = [
        (measure_pair(one, other, mm_per_pixel), i, j) for i, one in enumerate(first) for j, other in enumerate(second)
    ]
    taken_first: set[int] = set()
    taken_second: set[int] = set()
    pairs: list[tuple[int, Pair]] = []
    for pair, i, j in sorted(found, key=lambda each: (-each[0].dice, each[1], each[2])):
        if pair.dice > 0 and i not in taken_first and j not in taken_second:
            taken_first.add(i)
            taken_second.add(j)
            pairs.append((i, pair))
    return Matched(
        pairs=tuple(pair for _, pair in sorted(pairs, key=lambda each: each[0])),
        only_first=tuple(one for i, one in enumerate(first) if i not in taken_first),
        only_second=tuple(other for j, other in enumerate(second) if j not in taken_second),
    )


def measure_pair(first: Finding, second: Finding, mm_per_pixel: Mapping[str, float]) -> Pair:
    """Dice's coefficient (Dice 1945) of each view and of all. Regions need three corners or more."""
    one = {region.view: region.polygon for region in first.regions}
    other = {region.view: region.polygon for region in second.regions}
    by_view: dict[str, float] = {}
    shared = drawn = 0.0
    for view in dict.fromkeys([*one, *other]):
        size = mm_per_pixel[view] ** 2
        areas = sum(measure_area(each[view]) for each in (one, other) if view in each) * size
        both = measure_overlap(one[view], other[view]) * size if view in one and view in other else 0.0
        by_view[view] = 2 * both / areas if areas else 0.0
        shared, drawn = shared + both, drawn + areas
    return Pair(first, second, 2 * shared / drawn if drawn else 0.0, by_view)


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance of two experts on recall (Cohen 1960)."""

    n: int
    agreed: int
    value: float | None
    """None below ENOUGH_STUDIES, and where both gave one and the same answer to every study: chance explains all."""


def measure_kappa(answers: Sequence[tuple[bool, bool]], *, enough: int = ENOUGH_STUDIES) -> Kappa:
    """Of the two experts' answers to the same studies."""
    n = len(answers)
    agreed = sum(one == other for one, other in answers)
    if n < max(enough, 1):
        return Kappa(n, agreed, None)
    first, second = sum(one for one, _ in answers) / n, sum(other for _, other in answers) / n
    expected = first * second + (1 - first) * (1 - second)
    return Kappa(n, agreed, None if expected == 1 else (agreed / n - expected) / (1 - expected))
