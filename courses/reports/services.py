"""Counts what reports tell, and keeps it: of what did not change nothing is written."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.enqueue import enqueue
from courses.reports.models import BEGINNING, ReportFigure, ReportMaking, Span
from courses.reports.queries import first_of_month
from courses.reports.registry import REPORTS, Report, Tally, new_tally

logger = logging.getLogger(__name__)
OVERLAP = timedelta(days=1)
"""What was under way when figures were made is counted again with the next ones."""
PATIENCE = timedelta(minutes=15)
"""Whoever asks again within it finds them on their way."""
BATCH = 500  # rows
FIELDS = ["counts"]


def renew_figures(*, anew: bool = False) -> None:
    """Of all reports; one that fails holds back no other. `anew`: also of days that are over."""
    for report in REPORTS.values():
        try:
            renew_figures_of(report, anew=anew)
        except SoftTimeLimitExceeded:
            # The time is that of all of them: the next would be killed in its midst.
            raise
        except Exception:
            logger.exception("The figures of the report %s failed", report.slug)


def renew_figures_of(report: Report, *, anew: bool = False) -> None:
    """Counted first, then kept under a lock, so that two workers do not write the same rows at once."""
    making, _ = ReportMaking.objects.get_or_create(report=report.slug)
    begun = timezone.now()
    is_part = report.is_settled and not anew and making.made_at is not None
    since = making.made_at.astimezone(UTC).date() - OVERLAP if is_part and making.made_at else None
    counted = report.count(since)
    with transaction.atomic():
        making = ReportMaking.objects.select_for_update().get(pk=making.pk)
        _keep(report.slug, Span.DAY, since, counted)
        _roll_up(report.slug, since)
        making.made_at, making.asked_at = begun, None
        making.save(update_fields=["made_at", "asked_at"])


def _roll_up(slug: str, since: date | None) -> None:
    """Days into months, months into everything."""
    month = since and first_of_month(since)
    days = _rows(slug, Span.DAY, month)
    _keep(slug, Span.MONTH, month, _add_up(days, first_of_month))
    _keep(slug, Span.ALL, None, _add_up(_rows(slug, Span.MONTH, None), lambda _: BEGINNING))


def _rows(slug: str, span: Span, since: date | None) -> QuerySet[ReportFigure]:
    rows = ReportFigure.objects.filter(report=slug, span=span)
    return rows.filter(begins_on__gte=since) if since else rows


def _add_up(rows: QuerySet[ReportFigure], begin: Callable[[date], date]) -> Tally:
    sums = new_tally()
    for course, begins_on, subject, counts in rows.values_list("course_id", "begins_on", "subject", "counts"):
        sums[course, begin(begins_on), subject].update(counts)
    return sums


def _keep(slug: str, span: Span, since: date | None, counted: Tally) -> None:
    kept = {(row.course_id, row.begins_on, row.subject): row for row in _rows(slug, span, since)}
    changed, new = [], []
    for key, counts in counted.items():
        told = {name: number for name, number in counts.items() if number}
        if key not in kept:
            course, begins_on, subject = key
            new.append(
                ReportFigure(
                    report=slug, course_id=course, span=span, begins_on=begins_on, subject=subject, counts=told
                )
            )
        elif kept[key].counts != told:
            kept[key].counts = told
            changed.append(kept[key])
    gone = [row.pk for key, row in kept.items() if key not in counted]
    for start in range(0, len(gone), BATCH):
        ReportFigure.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    ReportFigure.objects.bulk_update(changed, FIELDS, batch_size=BATCH)
    ReportFigure.objects.bulk_create(new, batch_size=BATCH)


def ask_anew(*, now: datetime | None = None) -> bool:
    """Have all figures made anew. False where somebody asked just now; what is lost the hourly task finds."""
    now = now or timezone.now()
    for slug in REPORTS:
        ReportMaking.objects.get_or_create(report=slug)
    is_free = Q(asked_at=None) | Q(asked_at__lt=now - PATIENCE)
    if not ReportMaking.objects.filter(is_free, report__in=REPORTS).update(asked_at=now):
        return False
    enqueue("courses.reports.tasks.make_figures_anew")
    return True
