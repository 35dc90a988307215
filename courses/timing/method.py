"""How long it takes to read, answer and watch: pure arithmetic, its numbers from method.yaml (decision 50)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).with_name("method.yaml")
MINUTE = Decimal(60)  # seconds

# From 1 to 5, as AORN's sheet on contact hours names them.
DIFFICULTIES = (_("very easy"), _("somewhat easy"), _("moderate"), _("difficult"), _("very difficult"))


@dataclass(frozen=True)
class Mergener:
    factor: Decimal
    constant: Decimal
    word: Decimal
    item: Decimal
    difficulty: Decimal


@dataclass(frozen=True)
class Method:
    checked_on: date
    words_a_minute: Decimal
    words_source: str
    minutes_an_item: Decimal
    items_source: str
    mergener: Mergener
    assumed_difficulty: int
    mergener_source: str


@dataclass(frozen=True)
class Load:
    """What there is to do."""

    words: int = 0
    items: int = 0
    video_seconds: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(self.words + other.words, self.items + other.items, self.video_seconds + other.video_seconds)


@cache
def get_method() -> Method:
    numbers = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    formula = {name: Decimal(value) for name, value in numbers.pop("mergener").items()}
    for name in ("words_a_minute", "minutes_an_item"):
        numbers[name] = Decimal(numbers[name])
    return Method(mergener=Mergener(**formula), **numbers)


def add_up(loads: Iterable[Load]) -> Load:
    return sum(loads, Load())


def estimate_minutes(load: Load, method: Method) -> Decimal:
    """Reading, then answering, then watching."""
    return load.words / method.words_a_minute + load.items * method.minutes_an_item + load.video_seconds / MINUTE


def ask_mergener(load: Load, difficulty: Decimal | int, method: Method) -> Decimal:
    """The second opinion, of printed text: it knows no video, so its seconds are added. Of very little it says 0."""
    formula = method.mergener
    read = formula.constant + formula.word * load.words + formula.item * load.items + formula.difficulty * difficulty
    return max(Decimal(0), formula.factor * read) + load.video_seconds / MINUTE


def time_test(questions: int) -> int:
    """Minutes that a test takes, whole ones."""
    return in_whole_minutes(estimate_minutes(Load(items=questions), get_method()))


def in_whole_minutes(minutes: Decimal) -> int:
    return int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
