"""On which day a course is completed by an attempt that is marked again later."""

from collections.abc import Callable
from datetime import date, datetime

from courses.assessment.models.attempts import Attempt
from courses.writing.models import Course

CREDITED_FROM: list[Callable[[Course], date | None]] = []
"""What apps above know: the first day on which a completion of the course earns credit. They fill it in apps.py."""


def date_completion(attempt: Attempt, *, submitted_at: datetime, now: datetime) -> datetime:
    """The moment of handing in; now, where that was too early for credit, which there is one completion to earn."""
    handed_in_on, today = (moment.astimezone(attempt.user.zone).date() for moment in (submitted_at, now))
    first_days = [first for tell in CREDITED_FROM if (first := tell(attempt.course)) is not None]
    return now if any(handed_in_on < first <= today for first in first_days) else submitted_at
