from dataclasses import dataclass

from imaging.evidence.wilson import wilson_interval
from imaging.scoring.records import Interval


@dataclass(frozen=True)
class Share:
    """How many of how many; value and interval (Wilson) are None of none."""

    count: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.n:
            raise ValueError(f"{self.count} of {self.n} is no share")

    @property
    def value(self) -> float | None:
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.count / self.n, self.n) if self.n else None


def share_of(answers: list[bool]) -> Share:
    return Share(sum(answers), len(answers))
