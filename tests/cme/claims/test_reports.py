"""Evaluations in numbers: without names, and of few without answers."""

from datetime import UTC, datetime

from cme.models import Evaluation
from courses.reports import tasks
from courses.reports.registry import REPORTS, Asked
from tests.cme.conftest import ANSWERS

AT = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)


def evaluate(activity, count: int, **changes) -> None:
    answers = {**ANSWERS, **changes}
    Evaluation.objects.bulk_create(
        Evaluation(activity=activity, answers=answers, submitted_at=AT) for _ in range(count)
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
    assert tell(activity.course, AT.date().replace(day=11)) == {}


def test_of_few_their_number_alone_is_told(activity):
    evaluate(activity, 4)
    tasks.renew_figures()
    section = tell(activity.course)["balance"]
    assert section.about == "n = 4. Of fewer than 5 only their number is told."
    assert [list(row) for row in section.rows] == [["Yes", None, None], ["No", None, None]]
    assert section.chart is None
