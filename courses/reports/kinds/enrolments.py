"""Who starts courses, and who comes to the end."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.dates import format_day, format_month
from courses.learning.models import Completion, Enrolment
from courses.reports.drawing import draw_bars, draw_columns
from courses.reports.queries import is_by_day, sum_up, sum_up_in_time
from courses.reports.registry import Asked, Cell, Report, Section, Tally, by_day, new_tally, register
from courses.writing.models import Course

EVENTS = (
    ("enrolled", Enrolment, "enrolled_at"),
    ("read", Enrolment, "lessons_completed_at"),
    ("completed", Completion, "completed_at"),
)
"""What is counted, each by the day on which it happened."""


@register
class Enrolments(Report):
    slug = "enrolments"
    order = 10
    title = _("Enrolments")
    about = _("How many learners started a course, completed its lessons, and completed it, by the day of each.")
    icon = "group"

    def count(self, since: date | None) -> Tally:
        tally = new_tally()
        for name, model, field in EVENTS:
            rows = by_day(model._default_manager.all(), field, since)
            for course, day, n in rows.values_list("course", "day").annotate(n=Count("pk")):
                tally[course, day, ""][name] += n
        return tally

    def tell(self, asked: Asked) -> list[Section]:
        return [*self.tell_in_time(asked), *([] if asked.course else self.tell_courses(asked))]

    def tell_in_time(self, asked: Asked) -> list[Section]:
        sums = sum_up_in_time(self.slug, asked)
        if not sums:
            return []
        name = format_day if is_by_day(asked) else format_month
        named = [(name(begins_on), counts) for begins_on, counts in sums]
        return [
            Section(
                key="in-time",
                title=gettext("By day") if is_by_day(asked) else gettext("By month"),
                about=gettext("Columns: learners who started. Line: learners who completed."),
                head=[gettext("Day") if is_by_day(asked) else gettext("Month"), *name_events()],
                rows=[[told, *_cells(counts)] for told, counts in named],
                chart=draw_columns(
                    [(told, counts["enrolled"]) for told, counts in named],
                    line=[counts["completed"] for _, counts in named],
                ),
            )
        ]

    def tell_courses(self, asked: Asked) -> list[Section]:
        sums = sum_up(self.slug, asked)
        rows = [(course, sums[course.pk, ""]) for course in Course.objects.all() if (course.pk, "") in sums]
        if not rows:
            return []
        most = max(counts["enrolled"] for _, counts in rows) or 1
        return [
            Section(
                key="by-course",
                title=gettext("By course"),
                head=[gettext("Course"), *name_events()],
                rows=[[course.title, *_cells(counts)] for course, counts in rows],
                chart=draw_bars(
                    [
                        (course.title, str(counts["enrolled"]), counts["enrolled"] / most, None)
                        for course, counts in rows
                    ],
                    end=f"{most:,}",
                ),
            )
        ]


def name_events() -> list[str]:
    return [gettext("Started"), gettext("Completed the lessons"), gettext("Completed the course")]


def _cells(counts: Counter[str]) -> Sequence[Cell]:
    return [counts[name] for name, _, _ in EVENTS]
