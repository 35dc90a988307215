"""What a reader is told of an attempt that is handed in."""

from dataclasses import dataclass

from django.utils.translation import gettext

from imaging.performance.drawing import STEP, Row
from imaging.reading.models import Reading
from imaging.reading.queries import with_counted
from imaging.scoring.shares import Share
from imaging.testsets.models import SetAttempt


@dataclass(frozen=True)
class ToldCase:
    number: int
    reading: Reading

    @property
    def is_counted(self) -> bool:
        return bool(getattr(self.reading, "is_counted", True)) and self.reading.is_first


@dataclass(frozen=True)
class Result:
    rows: list[Row]
    cases: list[ToldCase]

    @property
    def height(self) -> int:
        return STEP * len(self.rows) + 24


def describe_result(attempt: SetAttempt) -> Result:
    """The figures as they were counted when it was handed in. One query."""
    told = [
        (
            gettext("Sensitivity"),
            gettext("Recalled, of the cases that warrant recall."),
            Share(attempt.recalled, attempt.positive),
        ),
        (
            gettext("Specificity"),
            gettext("Not recalled, of all others, benign and normal ones."),
            Share(attempt.left_alone, attempt.negative),
        ),
    ]
    rows = [Row(name, meaning, share, STEP * (number + 1)) for number, (name, meaning, share) in enumerate(told)]
    readings = with_counted(attempt.readings.select_related("study", "truth")).order_by("pk")
    return Result(rows, [ToldCase(number, reading) for number, reading in enumerate(readings, 1)])
