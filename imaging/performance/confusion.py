"""Which words a reader said where others were true, as bars that read on a phone, and as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from imaging.performance.drawing import STEP, WIDTH
from imaging.reading.words import name_of
from imaging.scoring.words import SAME_GROUP, WordScore, give_credit

MOST_NAMED = 3
"""Of the words that were said instead, those said most often."""


@dataclass(frozen=True)
class Part:
    """One piece of a bar: what was said was this sort of right or wrong."""

    kind: str
    count: int
    x: float
    width: float
    y: float


@dataclass(frozen=True)
class TrueWord:
    """One word that was true, and what the reader said."""

    name: str
    n: int
    right: int
    instead: str
    """The other words, each with how often it was said."""
    y: int
    parts: list[Part]

    @property
    def above(self) -> int:
        return self.y - 8


@dataclass(frozen=True)
class Confused:
    key: str
    name: str
    score: WordScore
    rows: list[TrueWord]

    @property
    def percent(self) -> int:
        return round(100 * (self.score.credit or 0))

    @property
    def height(self) -> int:
        return STEP * len(self.rows) + 8


def confuse(key: str, name: str, score: WordScore, groups: Mapping[str, str]) -> Confused:
    """A row for each word that was true at least once, in the order of the groups."""
    words = score.confusion.words
    told = zip(words, score.confusion.counts, strict=True)
    met = [(truth, dict(zip(words, counts, strict=True))) for truth, counts in told if sum(counts)]
    rows = [_make_row(truth, counts, groups, STEP * number + 24) for number, (truth, counts) in enumerate(met)]
    return Confused(key, name, score, rows)


def _make_row(truth: str, counts: dict[str, int], groups: Mapping[str, str], y: int) -> TrueWord:
    sorts = {"right": 0, "near": 0, "far": 0, "unsaid": 0}
    for said, count in counts.items():
        sorts[_sort(truth, said, groups)] += count
    others = sorted((-count, said) for said, count in counts.items() if count and said != truth)
    told = [f"{_name(said)} {-count}" for count, said in others[:MOST_NAMED]]
    if rest := -sum(count for count, _said in others[MOST_NAMED:]):
        told.append(gettext("others {count}").format(count=rest))
    n = sum(counts.values())
    return TrueWord(name_of(truth), n, sorts["right"], ", ".join(told), y, _lay(sorts, n, y))


def _sort(truth: str, said: str, groups: Mapping[str, str]) -> str:
    if not said:
        return "unsaid"
    credit = give_credit(truth, said, groups)
    return "right" if credit == 1 else "near" if credit == SAME_GROUP else "far"


def _name(said: str) -> str:
    return name_of(said).lower() if said else gettext("nothing said")


def _lay(sorts: dict[str, int], n: int, y: int) -> list[Part]:
    parts, x = [], 0.0
    for kind, count in sorts.items():
        if count:
            width = WIDTH * count / n
            parts.append(Part(kind, count, x, width, y))
            x += width
    return parts
