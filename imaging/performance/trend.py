"""How sensitivity and specificity went, block after block of studies."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from imaging.performance.drawing import WIDTH
from imaging.scoring.performance import BLOCK_CASES, Shares
from imaging.scoring.shares import Share

MOST_BLOCKS = 10
"""So many stand beside each other on a phone."""
HEIGHT = 110
"""Of one of the two pictures, from 0 to 100 percent."""


def size_of_block(cases: int) -> int:
    """In whole blocks of twenty, so that no more than MOST_BLOCKS are drawn."""
    return BLOCK_CASES * max(1, -(-cases // (BLOCK_CASES * MOST_BLOCKS)))


@dataclass(frozen=True)
class Moment:
    """One block in one picture."""

    share: Share
    x: float

    @property
    def y(self) -> float:
        return _up(self.share.value or 0)

    @property
    def top(self) -> float:
        return _up(self.share.interval[1]) if self.share.interval else self.y

    @property
    def bottom(self) -> float:
        return _up(self.share.interval[0]) if self.share.interval else self.y


@dataclass(frozen=True)
class Line:
    name: str
    moments: list[Moment]

    @property
    def points(self) -> str:
        return " ".join(f"{moment.x},{moment.y}" for moment in self.moments)


@dataclass(frozen=True)
class Block:
    """A row of the table."""

    first: int
    last: int
    shares: Shares


@dataclass(frozen=True)
class Trend:
    lines: list[Line]
    blocks: list[Block]
    missing: int
    """How many more studies until there are two whole blocks."""

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def middle(self) -> float:
        return HEIGHT / 2


def draw_trend(trend: Sequence[Shares], block: int) -> Trend:
    """A last block that is short is left out: it would swing more than the others."""
    whole = [shares for shares in trend if shares.cases >= block]
    cases = sum(shares.cases for shares in trend)
    blocks = [Block(block * number + 1, block * (number + 1), shares) for number, shares in enumerate(whole)]
    lines = [
        Line(gettext("Sensitivity"), _place([shares.sensitivity for shares in whole])),
        Line(gettext("Specificity"), _place([shares.specificity for shares in whole])),
    ]
    return Trend(lines, blocks, max(0, 2 * BLOCK_CASES - cases))


def _place(shares: Sequence[Share]) -> list[Moment]:
    """A block without a case of this sort has no point."""
    step = WIDTH / max(1, len(shares))
    return [Moment(share, round(step * (number + 0.5), 1)) for number, share in enumerate(shares) if share.n]


def _up(share: float) -> float:
    return round(HEIGHT * (1 - share), 1)
