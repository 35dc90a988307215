"""How well somebody reads and how hard a study is, on one scale, learned from each first reading. Pure.

Both are logits: a reader reads a study right with the chance 1 / (1 + e^(difficulty - level)), as in Rasch's model; 0
is where everybody begins. After a reading both move by K times the surprise, toward each other's correction (Elo).

K falls with the number of readings, a / (1 + b n), so that a newcomer is found soon and a known one stays (the form and
a = 1 after Pelánek, Computers & Education 98, 2016). b = 0.1 is ours: in the simulation of scripts/judge_levels.py it
comes nearer to the truth than his 0.05. K never falls below a tenth, because readers learn.
"""

from dataclasses import dataclass
from math import exp, log

STEP = 1.0
"""K of the first reading, in logits."""
SETTLING = 0.1
LEAST_STEP = 0.1
"""Reached after 90 readings."""
CHANCE = 0.75
"""Of reading right, that is aimed at (Klinkenberg 2011, Computers & Education 57: practice at three of four)."""
EASIER = log(CHANCE / (1 - CHANCE))
"""Logits below a reader's level at which a study is read right with that chance."""


@dataclass(frozen=True)
class Rated:
    value: float = 0.0
    readings: int = 0

    @property
    def step(self) -> float:
        return max(STEP / (1 + SETTLING * self.readings), LEAST_STEP)


def expect(level: float, difficulty: float) -> float:
    """The chance of a right reading."""
    return 1 / (1 + exp(difficulty - level))


def meet(reader: Rated, study: Rated, *, is_right: bool) -> tuple[Rated, Rated]:
    """Reader and study after a first reading."""
    surprise = is_right - expect(reader.value, study.value)
    return (
        Rated(reader.value + reader.step * surprise, reader.readings + 1),
        Rated(study.value - study.step * surprise, study.readings + 1),
    )
