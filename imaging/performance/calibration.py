"""How often marks were right beside how sure their reader was, drawn in a square."""

from collections.abc import Sequence
from dataclasses import dataclass

from imaging.performance.drawing import SIDE
from imaging.scoring.calibration import Bin
from imaging.scoring.records import MOST_CONFIDENT

FEWEST_CLAIMS = 20
"""Below which a picture would show chance."""


@dataclass(frozen=True)
class Step:
    """Claims of about one confidence."""

    bin: Bin

    @property
    def low(self) -> int:
        return round(self.bin.low)

    @property
    def high(self) -> int:
        return round(self.bin.high)

    @property
    def n(self) -> int:
        return self.bin.right.n

    @property
    def confidence(self) -> int | None:
        return None if self.bin.confidence is None else round(self.bin.confidence)

    @property
    def percent(self) -> int | None:
        return None if self.bin.right.value is None else round(100 * self.bin.right.value)

    @property
    def interval(self) -> tuple[int, int] | None:
        found = self.bin.right.interval
        return (round(100 * found[0]), round(100 * found[1])) if found else None

    @property
    def x(self) -> float:
        return round(SIDE * (self.bin.confidence or 0) / MOST_CONFIDENT, 1)

    @property
    def y(self) -> float:
        return _up(self.bin.right.value or 0)

    @property
    def top(self) -> float:
        return _up(self.bin.right.interval[1]) if self.bin.right.interval else self.y

    @property
    def bottom(self) -> float:
        return _up(self.bin.right.interval[0]) if self.bin.right.interval else self.y


@dataclass(frozen=True)
class Calibrated:
    steps: list[Step]

    @property
    def n(self) -> int:
        return sum(step.n for step in self.steps)

    @property
    def missing(self) -> int:
        """How many more marks until it is drawn."""
        return max(0, FEWEST_CLAIMS - self.n)

    @property
    def drawn(self) -> list[Step]:
        return [step for step in self.steps if step.n]

    @property
    def points(self) -> str:
        return " ".join(f"{step.x},{step.y}" for step in self.drawn)


def draw_calibration(bins: Sequence[Bin]) -> Calibrated:
    return Calibrated([Step(each) for each in bins])


def _up(share: float) -> float:
    return round(SIDE * (1 - share), 1)
