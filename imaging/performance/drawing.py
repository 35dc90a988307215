"""Figures as pictures that read on a phone, drawn on the server: places in units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from imaging.scoring.areas import Area
from imaging.scoring.performance import Performance
from imaging.scoring.records import Point
from imaging.scoring.shares import Share

WIDTH = 280
"""From 0 to 100 percent."""
STEP = 56
"""From one row to the next."""
SIDE = 240
"""Of the square of a curve."""


@dataclass(frozen=True)
class Row:
    """A share with its interval on one axis; without a value nothing is drawn but its name."""

    name: str
    meaning: str
    share: Share
    y: int

    @property
    def percent(self) -> int | None:
        return None if self.share.value is None else round(100 * self.share.value)

    @property
    def low(self) -> int | None:
        return round(100 * self.share.interval[0]) if self.share.interval else None

    @property
    def high(self) -> int | None:
        return round(100 * self.share.interval[1]) if self.share.interval else None

    @property
    def x(self) -> float | None:
        return None if self.share.value is None else place(self.share.value)

    @property
    def left(self) -> float | None:
        return place(self.share.interval[0]) if self.share.interval else None

    @property
    def right(self) -> float | None:
        return place(self.share.interval[1]) if self.share.interval else None

    @property
    def above(self) -> int:
        return self.y - 14


def place(share: float) -> float:
    return round(WIDTH * share, 1)


def make_rows(performance: Performance) -> list[Row]:
    shares = performance.shares
    told = [
        (
            gettext("Sensitivity"),
            gettext("Recalled, of the studies that warrant recall. Recalling everything makes it 100 percent."),
            shares.sensitivity,
        ),
        (
            gettext("Specificity"),
            gettext("Not recalled, of all others, benign and normal ones. Recalling nothing makes it 100 percent."),
            shares.specificity,
        ),
        (
            gettext("Lesion sensitivity"),
            gettext("Marked within 5 mm in at least one view, of the findings that warrant recall and can be seen."),
            shares.lesions,
        ),
    ]
    return [Row(name, meaning, share, STEP * (number + 1)) for number, (name, meaning, share) in enumerate(told)]


@dataclass(frozen=True)
class Curve:
    name: str
    meaning: str
    area: Area

    @property
    def points(self) -> str:
        return draw_curve(self.area.curve)

    @property
    def value(self) -> str:
        return f"{self.area.value:.2f}" if self.area.value is not None else ""

    @property
    def interval(self) -> str:
        if self.area.interval is None:
            return ""
        low, high = self.area.interval
        return gettext("{low} to {high}").format(low=f"{low:.2f}", high=f"{high:.2f}")


def draw_curve(points: Sequence[Point]) -> str:
    """Upward is up."""
    return " ".join(f"{SIDE * x:.1f},{SIDE * (1 - y):.1f}" for x, y in points)


def make_curves(performance: Performance) -> list[Curve]:
    """Only where there are enough of both sorts."""
    curves = [
        Curve(
            gettext("ROC"),
            gettext(
                "The chance that your highest confidence is higher in a study that warrants recall than in one that "
                "does not. 0.50 is guessing."
            ),
            performance.roc,
        ),
        Curve(
            gettext("wAFROC"),
            gettext(
                "The same with the place: a finding counts only where a mark of yours is on it, against the most "
                "confident of your other marks in studies without one."
            ),
            performance.wafroc,
        ),
    ]
    return [curve for curve in curves if curve.area.hidden is None]
