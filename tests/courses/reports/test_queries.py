"""Whatever the days: rows of months and of days together make up the same sum as days alone."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from courses.reports.models import ReportFigure, Span
from courses.reports.queries import cover, sum_up, sum_up_in_time
from courses.reports.registry import REPORTS, Asked, Report, new_tally
from courses.reports.services import renew_figures_of

FIRST, LAST = date(2025, 11, 3), date(2026, 4, 2)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


class Daily(Report):
    """One more each day than the day before."""

    slug = "daily"

    def __init__(self, course):
        self.course = course

    def count(self, since):
        tally = new_tally()
        for number, day in enumerate(DAYS, 1):
            if since is None or day >= since:
                tally[self.course.pk, day, "a"]["n"] = number
                tally[self.course.pk, day, "b"]["n"] = 1
        return tally

    def tell(self, asked):
        return []


@pytest.fixture
def daily(course):
    renew_figures_of(Daily(course))
    return course


def by_hand(first: date | None, last: date | None) -> int:
    return sum(number for number, day in enumerate(DAYS, 1) if (first or day) <= day <= (last or day))


def test_any_range_is_the_sum_of_its_days(daily):
    rng = Random(1)
    edges = [date(2025, 12, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), FIRST, LAST, None]
    days = [*edges, *(rng.choice(DAYS) for _ in range(8)), date(2025, 1, 5), date(2027, 1, 5)]
    asked = [(first, last) for first in days for last in days if not (first and last and last < first)]
    assert len(asked) > 80
    for first, last in asked:
        sums = sum_up("daily", Asked(None, first, last))
        assert sums.get((daily.pk, "a"), Counter())["n"] == by_hand(first, last), (first, last)


def test_a_long_range_reads_months(daily):
    rows = ReportFigure.objects.filter(cover(date(2025, 11, 30), date(2026, 3, 1)), report="daily", subject="a")
    assert [(row.span, row.begins_on) for row in rows.order_by("begins_on")] == [
        (Span.DAY, date(2025, 11, 30)),
        (Span.MONTH, date(2025, 12, 1)),
        (Span.MONTH, date(2026, 1, 1)),
        (Span.MONTH, date(2026, 2, 1)),
        (Span.DAY, date(2026, 3, 1)),
    ]


def test_time_is_told_by_months_and_a_short_range_by_days(daily):
    months = sum_up_in_time("daily", Asked())
    assert [begins_on for begins_on, _ in months] == [
        *(date(2025, month, 1) for month in (11, 12)),
        *(date(2026, month, 1) for month in (1, 2, 3, 4)),
    ]
    days = sum_up_in_time("daily", Asked(daily, date(2026, 1, 30), date(2026, 2, 2)))
    assert [(begins_on.day, counts["n"]) for begins_on, counts in days] == [(30, 90), (31, 91), (1, 92), (2, 93)]


def test_all_that_ever_was_is_one_row_a_subject(daily, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert sum_up("daily", Asked())[daily.pk, "b"] == Counter(n=len(DAYS))
    assert ReportFigure.objects.filter(report="daily", span=Span.ALL).count() == 2


def test_reports_are_found_by_the_name_of_their_module():
    told = sorted(REPORTS.values(), key=lambda report: report.order)
    assert [report.slug for report in told] == [
        *("enrolments", "stops", "videos", "times", "questions", "pass-rates", "evaluation")
    ]
