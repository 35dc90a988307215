"""Evaluations in numbers: without names, and of few without answers."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from cme.models import Evaluation
from courses.models import ReportMaking
from courses.reports import tasks
from courses.reports.registry import REPORTS, Asked
from tests.cme.conftest import ANSWERS

AT = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)


def evaluate(activity, count: int, *, at=AT, **changes) -> None:
    answers = {**ANSWERS, **changes}
    Evaluation.objects.bulk_create(
        Evaluation(activity=activity, answers=answers, submitted_at=at) for _ in range(count)
    )


def tell(course, *days):
    return {section.key: section for section in REPORTS["evaluation"].tell(Asked(course, *days))}


def test_answers_are_counted(activity):
    evaluate(activity, 4)
    evaluate(activity, 2, balance="No", objectives="Perhaps somebody changed the choices")
    Evaluation.objects.create(activity=activity, answers={})
    tasks.renew_figures()
    told = tell(activity.course)
    assert list(told) == ["objectives", "relevance", "balance", "change"]
    assert [list(row) for row in told["balance"].rows] == [["Yes", 4, 67], ["No", 2, 33]]
    assert told["balance"].title == "The content was balanced and free of commercial bias."
    assert told["balance"].about == "n = 6"
    assert told["balance"].chart is not None
    assert list(tell(activity.course, AT.date(), AT.date())) == list(told)
    assert tell(activity.course, date(2026, 4, 1)) == {}
    assert tell(activity.course, None, date(2026, 2, 28)) == {}


def test_of_few_nothing_is_told(activity):
    evaluate(activity, 4)
    tasks.renew_figures()
    section = tell(activity.course)["balance"]
    assert section.about == "No month that is over has enough answers."
    assert [list(row) for row in section.rows] == [["Yes", None, None], ["No", None, None]]
    assert section.chart is None


def count_told(course, *days) -> int:
    """How many answered of whom an answer is told."""
    return sum(row[1] or 0 for row in tell(course, *days)["balance"].rows)


def test_another_day_does_not_tell_one_learner(activity):
    """Six in a month, one of whom alone on the twentieth."""
    evaluate(activity, 5)
    evaluate(activity, 1, at=AT.replace(day=20), balance="No")
    tasks.renew_figures()
    days = [None, *(date(2026, 3, day) for day in (1, 10, 11, 19, 20, 21, 31)), date(2026, 2, 28), date(2026, 4, 1)]
    asked = [(first, last) for first in days for last in days if not (first and last and last < first)]
    assert {count_told(activity.course, *each) for each in asked if tell(activity.course, *each)} == {6}


def test_days_stand_for_their_months_and_it_is_said(activity, client_for, author):
    evaluate(activity, 6)
    tasks.renew_figures()
    told = {
        (date(2026, 3, 10), date(2026, 3, 10)): "n = 6 (1 March 2026 to 31 March 2026)",
        (date(2026, 2, 28), date(2026, 4, 2)): "n = 6 (1 February 2026 to 30 April 2026)",
        (date(2026, 3, 31), None): "n = 6 (from 1 March 2026)",
        (None, date(2026, 3, 1)): "n = 6 (until 31 March 2026)",
        (None, None): "n = 6",
    }
    assert {days: tell(activity.course, *days)["balance"].about for days in told} == told
    page = client_for(author).get("/studio/reports/evaluation/?first=2026-03-10&last=2026-03-10").content.decode()
    assert "Whole months are told" in page and "(1 March 2026 to 31 March 2026)" in page


def test_month_of_few_is_in_no_sum(activity, make_activity, make_course):
    """Neither in that of all months nor in that of all courses."""
    other = make_course("other", "Another")
    another = make_activity(other)
    evaluate(activity, 5)
    evaluate(activity, 4, at=AT.replace(month=4))
    evaluate(another, 4)
    tasks.renew_figures()
    assert (count_told(activity.course), count_told(other), count_told(None)) == (5, 0, 5)
    assert count_told(None, date(2026, 3, 1), date(2026, 4, 30)) == 5
    evaluate(another, 1)
    tasks.make_figures_anew()
    assert (count_told(activity.course), count_told(other), count_told(None)) == (5, 5, 10)


def test_month_under_way_is_not_told_until_it_is_over_and_counted(activity):
    now = timezone.now()
    evaluate(activity, 6, at=now)
    tasks.renew_figures()
    assert count_told(activity.course) == 0
    ReportMaking.objects.update(made_at=now + timedelta(days=32))
    assert count_told(activity.course) == 6
