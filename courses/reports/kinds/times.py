"""How long learners take: for a lesson, for a test, for a course."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, DurationField, ExpressionWrapper, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.attempts import Attempt, AttemptPurpose
from courses.learning.models import Enrolment, LessonProgress
from courses.reports.drawing import draw_bars, draw_columns
from courses.reports.kinds.stops import list_lessons
from courses.reports.queries import sum_up_subjects
from courses.reports.registry import Asked, Cell, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import FEWEST
from courses.timing.method import time_test

MINUTES = (2, 5, 10, 15, 20, 30, 45, 60, 120, 1440)
DAYS = (1, 2, 7, 14, 30, 60, 90, 180)
TEST, COURSE = "test", "course"


@register
class Times(Report):
    slug = "times"
    order = 40
    title = _("Time")
    about = _("How long learners take for each lesson, for the post-test and for the whole course.")
    icon = "time"
    is_of_one_course = True

    def count(self, since: date | None) -> Tally:
        tally = new_tally()
        lessons = LessonProgress.objects.filter(lesson__module__isnull=False)
        minutes = [timedelta(minutes=each) for each in MINUTES]
        grouped = bucket(by_day(lessons, "completed_at", since), "started_at", "completed_at", minutes)
        for course, day, lesson, step, n in grouped.values_list(
            "lesson__module__course", "day", "lesson", "step"
        ).annotate(n=Count("pk")):
            tally[course, day, str(lesson)][f"t{step}"] += n
        tests = Attempt.objects.filter(purpose=AttemptPurpose.POST_TEST)
        self.count_whole(
            tally, TEST, bucket(by_day(tests, "submitted_at", since), "started_at", "submitted_at", minutes)
        )
        days = [timedelta(days=each) for each in DAYS]
        read = by_day(Enrolment.objects.all(), "lessons_completed_at", since)
        self.count_whole(tally, COURSE, bucket(read, "enrolled_at", "lessons_completed_at", days))
        return tally

    def count_whole(self, tally: Tally, subject: str, rows: QuerySet[Any]) -> None:
        for course, day, step, n in rows.values_list("course", "day", "step").annotate(n=Count("pk")):
            tally[course, day, subject][f"t{step}"] += n

    def tell(self, asked: Asked) -> list[Section]:
        sums = sum_up_subjects(self.slug, asked)
        if not sums or not asked.course:
            return []
        lessons = [(each.title, each.minutes, sums.get(str(each.pk), Counter())) for each in list_lessons(asked)]
        test = sums.get(TEST, Counter())
        lessons.append((gettext("Post-test"), time_test(asked.course.post_test_questions), test))
        return [tell_lessons(lessons), *tell_steps(test, sums.get(COURSE, Counter()))]


def bucket(rows: QuerySet[Any], begin: str, end: str, limits: Sequence[timedelta]) -> QuerySet[Any]:
    """Each row with the `step` that its length falls in; the last is beyond all limits."""
    length = ExpressionWrapper(F(end) - F(begin), output_field=DurationField())
    cases = [When(length__lt=limit, then=Value(step)) for step, limit in enumerate(limits)]
    step = Case(*cases, default=Value(len(limits)), output_field=IntegerField())
    measured: QuerySet[Any] = rows.annotate(length=length).annotate(step=step)
    return measured


def tell_lessons(lessons: Sequence[tuple[str, int, Counter[str]]]) -> Section:
    rows: list[list[Cell]] = []
    for name, stated, counts in lessons:
        n = counts.total()
        rows.append([name, n, stated, find_half(counts, MINUTES), count_within_a_day(counts)])
    return Section(
        key="lessons",
        title=gettext("Lesson by lesson"),
        about=gettext(
            "By the clock, from opening a lesson to completing it: who went away meanwhile took long. By the day on "
            "which it was completed."
        ),
        head=[
            gettext("Lesson"),
            gettext("n"),
            gettext("Minutes it says"),
            gettext("Half took less than, minutes"),
            gettext("Within a day"),
        ],
        rows=rows,
        chart=draw_bars([draw_half(str(row[0]), row[3]) for row in rows], end=gettext("an hour")),
    )


def draw_half(name: str, half: Cell) -> tuple[str, str, float | None, None]:
    """On an axis of an hour; what takes longer fills it."""
    if half is None:
        return name, "", None, None
    return name, f"< {half}" if isinstance(half, int) else str(half), half / 60 if isinstance(half, int) else 1.0, None


def find_half(counts: Counter[str], limits: Sequence[int]) -> Cell:
    """The first limit that at least half stayed below; None of too few."""
    if (n := counts.total()) < FEWEST:
        return None
    reached = 0
    for step, limit in enumerate(limits):
        reached += counts[f"t{step}"]
        if 2 * reached >= n:
            return limit
    return gettext("more than %(limit)d") % {"limit": limits[-1]}


def count_within_a_day(counts: Counter[str]) -> int:
    return counts.total() - counts[f"t{len(MINUTES)}"]


def tell_steps(test: Counter[str], course: Counter[str]) -> list[Section]:
    told = [
        ("test", gettext("The post-test, in minutes"), gettext("Minutes"), test, MINUTES),
        ("course", gettext("From the start to the last lesson, in days"), gettext("Days"), course, DAYS),
    ]
    sections = []
    for key, title, unit, counts, limits in told:
        if n := counts.total():
            named = [(name, counts[f"t{step}"]) for step, name in enumerate(name_steps(limits))]
            sections.append(
                Section(
                    key=key,
                    title=title,
                    about=f"n = {n:,}",
                    head=[unit, gettext("Learners")],
                    rows=[[name, number if n >= FEWEST else None] for name, number in named],
                    chart=draw_columns(named) if n >= FEWEST else None,
                )
            )
    return sections


def name_steps(limits: Sequence[int]) -> list[str]:
    between = [
        gettext("%(low)d to %(high)d") % {"low": low, "high": high}
        for low, high in zip((0, *limits), limits, strict=False)
    ]
    return [*between, gettext("more than %(limit)d") % {"limit": limits[-1]}]
