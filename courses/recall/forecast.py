"""The forecast of recall as a picture: bars, a day each, drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

STEP = 22
"""From one bar to the next, in units of the drawing."""
BAR = 14
FULL = 90
"""The highest bar."""
LEAST = 3
"""A bar for one question is still seen beside one for a hundred."""


@dataclass(frozen=True)
class Bar:
    day: date
    count: int
    x: int
    middle: int
    height: int
    is_today: bool
    is_labelled: bool

    @property
    def top(self) -> int:
        return -self.height

    @property
    def above(self) -> int:
        return self.top - 6


def draw_forecast(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """Bars stand on the line 0 and go up to -FULL. The first day is today; a week apart a day is labelled."""
    most = max((count for _day, count in days), default=0)
    return [
        Bar(
            day=day,
            count=count,
            x=STEP * place + (STEP - BAR) // 2,
            middle=STEP * place + STEP // 2,
            height=max(LEAST, round(FULL * count / most)) if count else 0,
            is_today=place == 0,
            is_labelled=place > 0 and place % 7 == 0,
        )
        for place, (day, count) in enumerate(days)
    ]
