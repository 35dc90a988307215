"""Kept is what a fresh count would say, and nothing is written twice."""

from collections import Counter
from datetime import date, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Enrolment, ReportFigure, ReportMaking
from courses.reports import services, tasks
from courses.reports.models import Span
from courses.reports.queries import sum_up
from courses.reports.registry import REPORTS, Asked
from tests.courses.reports.conftest import enrol, make_learners

TODAY = timezone.now
ENROLMENTS = "enrolments"


def count_enrolled(course) -> int:
    return sum_up(ENROLMENTS, Asked(course)).get((course.pk, ""), Counter())["enrolled"]


def test_renewing_counts_what_came_and_leaves_alone_what_did_not_change(course):
    now = timezone.now()
    enrol(make_learners(3), course, at=now - timedelta(days=40))
    tasks.renew_figures()
    assert count_enrolled(course) == 3

    with CaptureQueriesContext(connection) as asked:
        services.renew_figures_of(REPORTS[ENROLMENTS])
    written = [query["sql"] for query in asked if "reportfigure" in query["sql"] and "SELECT" not in query["sql"]]
    assert written == []

    enrol(make_learners(2, first=3), course, at=now)
    tasks.renew_figures()
    assert count_enrolled(course) == 5
    assert ReportFigure.objects.filter(report=ENROLMENTS, span=Span.DAY).count() == 2


def test_who_left_is_counted_until_all_is_made_anew(course):
    enrol(make_learners(3), course, at=timezone.now() - timedelta(days=40))
    tasks.renew_figures()
    Enrolment.objects.all().delete()
    tasks.renew_figures()
    assert count_enrolled(course) == 3
    tasks.make_figures_anew()
    assert count_enrolled(course) == 0
    assert not ReportFigure.objects.filter(report=ENROLMENTS).exists()


def test_hours_without_a_worker_are_counted_afterwards(course):
    tasks.renew_figures()
    ReportMaking.objects.update(made_at=timezone.now() - timedelta(days=9))
    enrol(make_learners(1), course, at=timezone.now() - timedelta(days=8))
    tasks.renew_figures()
    assert count_enrolled(course) == 1


def test_days_are_those_of_utc(course):
    late = timezone.now().replace(year=2026, month=3, day=10, hour=23, minute=59)
    enrol(make_learners(1), course, at=late)
    with timezone.override("Asia/Tokyo"):
        tasks.renew_figures()
    assert ReportFigure.objects.get(report=ENROLMENTS, span=Span.DAY).begins_on == date(2026, 3, 10)


def test_one_report_that_fails_holds_back_no_other(course, monkeypatch, caplog):
    def fail(since):
        raise RuntimeError("counted wrongly")

    enrol(make_learners(1), course)
    monkeypatch.setattr(REPORTS["stops"], "count", fail)
    tasks.renew_figures()
    assert [record.getMessage() for record in caplog.records if record.name == services.__name__] == [
        "The figures of the report stops failed"
    ]
    assert ReportMaking.objects.filter(made_at=None).values_list("report", flat=True).get() == "stops"
    assert count_enrolled(course) == 1


@pytest.mark.django_db
def test_what_takes_too_long_ends_and_says_so(monkeypatch, caplog):
    def take_too_long(since):
        raise SoftTimeLimitExceeded

    counted: list[object] = []
    first, *others = REPORTS.values()
    monkeypatch.setattr(first, "count", take_too_long)
    for report in others:
        monkeypatch.setattr(report, "count", counted.append)
    for task in (tasks.renew_figures, tasks.make_figures_anew):
        with pytest.raises(SoftTimeLimitExceeded):
            task()
    assert (counted, caplog.records, ReportMaking.objects.exclude(made_at=None).count()) == ([], [], 0)


def test_counting_has_more_time_than_other_tasks():
    for task in (tasks.renew_figures, tasks.make_figures_anew):
        assert settings.CELERY_TASK_SOFT_TIME_LIMIT < task.soft_time_limit < task.time_limit < 3600


@pytest.mark.django_db
def test_asking_twice_makes_them_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hints:
        assert (services.ask_anew(), services.ask_anew()) == (True, False)
    assert len(hints) == 1
    assert ReportMaking.objects.filter(asked_at=None).count() == 0
    hints[0]()
    assert ReportMaking.objects.filter(asked_at=None, made_at__isnull=False).count() == len(REPORTS)
    with django_capture_on_commit_callbacks() as hints:
        later = timezone.now() + services.PATIENCE
        assert (services.ask_anew(now=later), services.ask_anew(now=later)) == (True, False)
