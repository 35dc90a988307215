"""Figures as pictures that read on a phone, drawn on the server: places in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import Truncator

WIDTH = 280
"""From nothing to all."""
STEP = 44
"""From one bar to the next."""
HEIGHT = 140
"""Of columns."""
WIDEST = 32
"""Of a column, where there are few."""
SIDE = 240
"""Of the square of points."""


class Chart:
    """`template` draws it."""

    template: str


@dataclass(frozen=True)
class Bar:
    """A share of a whole; without a value its name stands alone."""

    name: str
    label: str
    y: int
    width: float | None
    left: float | None = None
    right: float | None = None
    """Of the interval."""

    @property
    def above(self) -> int:
        return self.y - 7

    @property
    def middle(self) -> int:
        return self.y + 7


@dataclass(frozen=True)
class Bars(Chart):
    bars: Sequence[Bar]
    end: str
    """What stands at the right end of the axis."""
    template = "courses/reports/studio/_bars.html"

    @property
    def height(self) -> int:
        return STEP * len(self.bars) + 26


def draw_bars(
    rows: Sequence[tuple[str, str, float | None, tuple[float, float] | None]], end: str = "100 %"
) -> Bars | None:
    """Of names, labels, shares and their intervals."""
    if not any(value is not None for _, _, value, _ in rows):
        return None
    bars = [
        Bar(
            name=Truncator(name).chars(38),
            label=label,
            y=STEP * number + 22,
            width=None if value is None else _across(value),
            left=_across(interval[0]) if interval else None,
            right=_across(interval[1]) if interval else None,
        )
        for number, (name, label, value, interval) in enumerate(rows)
    ]
    return Bars(bars, end)


def _across(share: float) -> float:
    return round(WIDTH * min(max(share, 0), 1), 1)


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Columns(Chart):
    columns: Sequence[Column]
    line: str
    """Points of a second figure over the same places; empty where there is none."""
    first: str
    last: str
    top: str
    template = "courses/reports/studio/_columns.html"


def draw_columns(
    rows: Sequence[tuple[str, int]], *, most: int = 0, top: str = "", line: Sequence[int] = ()
) -> Columns | None:
    """Of names and numbers, in a row; the highest is `most`, or the largest of them."""
    most = most or max([number for _, number in rows] + list(line), default=0)
    if not most:
        return None
    slot = WIDTH / len(rows)
    # So many that no gap would be seen have none.
    width = min(slot * 0.8, WIDEST) if slot >= 3 else slot
    inset = (slot - width) / 2
    columns = [
        Column(
            x=round(slot * place + inset, 2),
            y=round(HEIGHT - HEIGHT * number / most, 1),
            width=round(width, 2),
            height=round(HEIGHT * number / most, 1),
            label=f"{name}: {number:,}",
        )
        for place, (name, number) in enumerate(rows)
        if number
    ]
    points = [(slot * place + slot / 2, HEIGHT - HEIGHT * number / most) for place, number in enumerate(line)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    last = rows[-1][0] if len(rows) > 1 else ""
    return Columns(columns, drawn, rows[0][0], last, top or f"{most:,}")


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: str
    is_trouble: bool


@dataclass(frozen=True)
class Dots(Chart):
    """Across how many were right, 0 to 100 percent; upward the discrimination, -1 to 1."""

    dots: Sequence[Dot]
    template = "courses/reports/studio/_dots.html"
    side = SIDE


def draw_dots(rows: Sequence[tuple[str, float, float]]) -> Dots | None:
    dots = [Dot(round(SIDE * x, 1), round(SIDE * (1 - y) / 2, 1), name, y < 0) for name, x, y in rows]
    return Dots(dots) if dots else None
