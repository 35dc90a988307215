from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from courses.assessment.completing import CREDITED_FROM, date_completion
from courses.models import Attempt, Course

HANDED_IN = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
NOW = HANDED_IN + timedelta(days=90)


@pytest.mark.parametrize(
    ("first", "completed_at"),
    [
        (None, HANDED_IN),
        (date(2026, 2, 28), HANDED_IN),  # the day before, in New York
        (date(2026, 3, 1), NOW),
        (date(2026, 5, 29), NOW),
        (date(2026, 5, 30), HANDED_IN),  # no day yet on which it would earn any
        (date(2027, 1, 1), HANDED_IN),
    ],
)
def test_dated_now_where_that_earns_credit_and_the_day_of_handing_in_does_not(monkeypatch, first, completed_at):
    monkeypatch.setattr("courses.assessment.completing.CREDITED_FROM", [lambda course: None, lambda course: first])
    attempt = Attempt(user=User(time_zone="America/New_York"), course=Course())
    assert date_completion(attempt, submitted_at=HANDED_IN, now=NOW) == completed_at


def test_credit_tells_its_first_day():
    assert [tell.__name__ for tell in CREDITED_FROM] == ["get_first_day"]
