"""Who passes, and by how much."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Floor, Least
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.attempts import Attempt, AttemptPurpose
from courses.reports.drawing import draw_bars, draw_columns
from courses.reports.kinds.stops import drawn
from courses.reports.queries import sum_up
from courses.reports.registry import Asked, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import FEWEST, percent_of
from courses.writing.models import Course
from imaging.scoring.shares import Share

TENS = 10
CENTS = 100


@register
class Passing(Report):
    slug = "pass-rates"
    order = 60
    title = _("Pass rates")
    about = _("How many pass the post-test, at first and in all, and the scores that they reach.")
    icon = "tick-inverse"

    def count(self, since: date | None) -> Tally:
        tally = new_tally()
        grouped: Any = (
            by_day(with_first(Attempt.objects.all()), "submitted_at", since)
            .annotate(ten=Least(Cast(Floor(F("score") / TENS), IntegerField()), TENS))
            .values_list("course", "day", "purpose", "is_first", "ten")
            .annotate(n=Count("pk"), passed=Count("pk", filter=Q(score__gte=F("passing_score"))), sum=Sum("score"))
        )
        for course, day, purpose, is_first, ten, n, passed, points in grouped:
            counts = tally[course, day, ""]
            if purpose == AttemptPurpose.PRE_TEST:
                counts.update(pre=n, pre_points=round(CENTS * points))
                continue
            counts.update(attempts=n, passed=passed)
            if is_first:
                counts.update({"first": n, "first_passed": passed, "points": round(CENTS * points), f"ten{ten}": n})
        return tally

    def tell(self, asked: Asked) -> list[Section]:
        sums = sum_up(self.slug, asked)
        courses = [course for course in Course.objects.all() if (course.pk, "") in sums]
        if not courses:
            return []
        told = [(course, sums[course.pk, ""]) for course in courses]
        scores: Counter[str] = sum((counts for _, counts in told), Counter())
        return [tell_passing(told), tell_scores(scores), tell_before(told)]


def with_first(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """With `is_first`: whether the learner handed in no test of this kind and course before."""
    earlier = Attempt.objects.filter(
        user=OuterRef("user"),
        course=OuterRef("course"),
        purpose=OuterRef("purpose"),
        submitted_at__lt=OuterRef("submitted_at"),
    )
    return attempts.annotate(is_first=~Exists(earlier))


def tell_passing(told: list[tuple[Course, Counter[str]]]) -> Section:
    shares = [
        (course, Share(counts["first_passed"], counts["first"]), Share(counts["passed"], counts["attempts"]))
        for course, counts in told
    ]
    return Section(
        key="passing",
        title=gettext("Passed at the first attempt"),
        about=gettext("With the 95 percent interval (Wilson). By the day on which the test was handed in."),
        head=[
            gettext("Course"),
            gettext("First attempts"),
            gettext("Passed at first"),
            gettext("Percent"),
            gettext("95 percent interval"),
            gettext("All attempts"),
            gettext("Passed"),
            gettext("Percent"),
        ],
        rows=[
            [
                course.title,
                *(first.n, first.count, percent_of(first), write_interval(first)),
                *(every.n, every.count, percent_of(every)),
            ]
            for course, first, every in shares
        ],
        chart=draw_bars([(course.title, f"{first.count}/{first.n}", *drawn(first)) for course, first, _ in shares]),
    )


def write_interval(share: Share) -> str | None:
    if percent_of(share) is None or share.interval is None:
        return None
    low, high = (round(100 * end) for end in share.interval)
    return gettext("%(low)d to %(high)d") % {"low": low, "high": high}


def tell_scores(counts: Counter[str]) -> Section:
    names = [gettext("%(low)d to %(high)d") % {"low": TENS * ten, "high": TENS * ten + 9} for ten in range(TENS)]
    named = [(name, counts[f"ten{ten}"]) for ten, name in enumerate([*names, "100"])]
    is_told = counts["first"] >= FEWEST
    return Section(
        key="scores",
        title=gettext("Scores of first attempts"),
        about=f"n = {counts['first']:,}",
        head=[gettext("Percent right"), gettext("Learners")],
        rows=[[name, n if is_told else None] for name, n in named],
        chart=draw_columns(named) if is_told else None,
    )


def tell_before(told: list[tuple[Course, Counter[str]]]) -> Section:
    return Section(
        key="before-and-after",
        title=gettext("Before and after"),
        about=gettext("Mean scores in percent. Who takes a pre-test and who a post-test are not the same learners."),
        head=[
            gettext("Course"),
            gettext("Pre-tests"),
            gettext("Mean"),
            gettext("First post-tests"),
            gettext("Mean"),
        ],
        rows=[
            [
                course.title,
                *(counts["pre"], mean_of(counts["pre_points"], counts["pre"])),
                *(counts["first"], mean_of(counts["points"], counts["first"])),
            ]
            for course, counts in told
        ],
        chart=draw_bars([mean for course, counts in told for mean in draw_means(course, counts)]),
    )


def draw_means(course: Course, counts: Counter[str]) -> list[tuple[str, str, float | None, None]]:
    means = [
        (gettext("before"), mean_of(counts["pre_points"], counts["pre"]), counts["pre"]),
        (gettext("after"), mean_of(counts["points"], counts["first"]), counts["first"]),
    ]
    return [
        (f"{when}: {course.title}", f"n = {n:,}", None if mean is None else mean / 100, None) for when, mean, n in means
    ]


def mean_of(points: int, n: int) -> int | None:
    return round(points / CENTS / n) if n >= FEWEST else None
