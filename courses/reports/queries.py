"""Reads of what is kept: sums over the fewest rows that make up what is asked about."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from courses.reports.models import ReportFigure, ReportMaking, Span
from courses.reports.registry import Asked
from courses.reports.statistics import AnswerSums

DAY = timedelta(days=1)
MOST_DAYS = 62
"""A range that is no longer is told day by day."""


class Row(NamedTuple):
    course: int
    begins_on: date
    subject: str
    counts: dict[str, int]


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def cover(first: date | None, last: date | None) -> Q:
    """The rows that make up these days, both included: whole months where they fit, days at the edges."""
    begin = first if first is None or first.day == 1 else first_of_next_month(first)
    end = last and first_of_month(last + DAY)
    days, months = Q(span=Span.DAY), Q(span=Span.MONTH)
    if begin and end and end <= begin:
        return days & Q(begins_on__gte=first, begins_on__lte=last)
    if begin:
        months &= Q(begins_on__gte=begin)
    if end:
        months &= Q(begins_on__lt=end)
    found = months
    if begin and first and first < begin:
        found |= days & Q(begins_on__gte=first, begins_on__lt=begin)
    if end and last and end <= last:
        found |= days & Q(begins_on__gte=end, begins_on__lte=last)
    return found


def _figures(report: str, asked: Asked) -> QuerySet[ReportFigure]:
    rows = ReportFigure.objects.filter(report=report)
    return rows.filter(course=asked.course) if asked.course else rows


def _read(rows: QuerySet[ReportFigure]) -> Iterator[Row]:
    return (Row(*row) for row in rows.values_list("course_id", "begins_on", "subject", "counts"))


def sum_up(report: str, asked: Asked) -> dict[tuple[int, str], Counter[str]]:
    """By course and subject. One query."""
    is_all = asked.first is None and asked.last is None
    found = Q(span=Span.ALL) if is_all else cover(asked.first, asked.last)
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for row in _read(_figures(report, asked).filter(found)):
        _add(sums[row.course, row.subject], row.counts)
    return dict(sums)


def sum_up_subjects(report: str, asked: Asked) -> dict[str, Counter[str]]:
    """By subject, of all courses that are asked about."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, subject), counts in sum_up(report, asked).items():
        _add(sums[subject], counts)
    return dict(sums)


def read_months(report: str, asked: Asked) -> list[Row]:
    """Whole months, of which one day is asked about at least. One query."""
    rows = _figures(report, asked).filter(span=Span.MONTH)
    if asked.first:
        rows = rows.filter(begins_on__gte=first_of_month(asked.first))
    if asked.last:
        rows = rows.filter(begins_on__lte=asked.last)
    return list(_read(rows))


def is_by_day(asked: Asked) -> bool:
    return bool(asked.first and asked.last and (asked.last - asked.first).days < MOST_DAYS)


def sum_up_in_time(report: str, asked: Asked) -> list[tuple[date, Counter[str]]]:
    """By days or months, in order, without a gap. One query."""
    by_day = is_by_day(asked)
    found = Q(span=Span.DAY, begins_on__range=(asked.first, asked.last)) if by_day else cover(asked.first, asked.last)
    sums: dict[date, Counter[str]] = defaultdict(Counter)
    for row in _read(_figures(report, asked).filter(found)):
        _add(sums[row.begins_on if by_day else first_of_month(row.begins_on)], row.counts)
    if not sums:
        return []
    each, last = min(sums), max(sums)
    told = []
    while each <= last:
        told.append((each, sums.get(each, Counter())))
        each = each + DAY if by_day else first_of_next_month(each)
    return told


def _add(sums: Counter[str], counts: dict[str, int]) -> None:
    for name, number in counts.items():
        sums[name] += number


def get_making(report: str) -> ReportMaking:
    """When its figures were made; not kept where it never was."""
    return ReportMaking.objects.filter(report=report).first() or ReportMaking(report=report)


def with_answers(questions: QuerySet[Any]) -> QuerySet[Any]:
    """With `answer_counts`, of which `AnswerSums` are made; for a list, without a query a row."""
    rows = ReportFigure.objects.filter(
        report="questions", span=Span.ALL, course=OuterRef("course"), subject=Cast(OuterRef("pk"), CharField())
    )
    counted: QuerySet[Any] = questions.annotate(answer_counts=Subquery(rows.values("counts")[:1]))
    return counted


def get_answer_sums(question: int) -> AnswerSums:
    """Of all answers to a question that are counted."""
    rows = ReportFigure.objects.filter(report="questions", span=Span.ALL, subject=str(question))
    sums: Counter[str] = Counter()
    for counts in rows.values_list("counts", flat=True):
        _add(sums, counts)
    return AnswerSums.of(sums)
