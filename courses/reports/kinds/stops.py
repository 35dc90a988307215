"""Where learners stop, lesson by lesson."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.reports.drawing import draw_bars
from courses.reports.queries import sum_up_subjects
from courses.reports.registry import Asked, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import percent_of
from courses.writing.models import Lesson
from imaging.scoring.shares import Share

AWAY = timedelta(days=30)
"""Ours. Who was not seen for so long has stopped, until they come back."""
TEST = "test"
"""The subject of those who completed the lessons and not the test."""


@register
class Stops(Report):
    slug = "stops"
    order = 20
    title = _("Where learners stop")
    about = _("How far learners come in a course, and the lesson at which those who stayed away have stopped.")
    icon = "order-down"
    is_of_one_course = True
    # Who comes back has not stopped; and a lesson is completed long after it was begun.
    is_settled = False

    def count(self, since: date | None) -> Tally:
        tally = new_tally()
        self.count_learners(tally, since)
        lessons = by_day(LessonProgress.objects.filter(lesson__module__isnull=False), "started_at", since)
        counted = {"began": Count("pk"), "done": Count("completed_at")}
        for course, day, lesson, began, done in lessons.values_list("lesson__module__course", "day", "lesson").annotate(
            **counted
        ):
            tally[course, day, str(lesson)].update(began=began, done=done)
        return tally

    def count_learners(self, tally: Tally, since: date | None) -> None:
        away = Q(last_seen_at__lt=timezone.now() - AWAY)
        completion = Completion.objects.filter(user=OuterRef("user"), course=OuterRef("course"))
        enrolments = by_day(Enrolment.objects.annotate(is_completed=Exists(completion)), "enrolled_at", since)
        counted = {
            "enrolled": Count("pk"),
            "away_in_lessons": Count("pk", filter=away & Q(lessons_completed_at=None)),
            "away_at_test": Count("pk", filter=away & Q(lessons_completed_at__isnull=False)),
        }
        grouped: Any = enrolments.values_list("course", "day", "last_lesson", "is_completed").annotate(**counted)
        for course, day, lesson, is_completed, enrolled, in_lessons, at_test in grouped:
            whole = tally[course, day, ""]
            whole["enrolled"] += enrolled
            if is_completed:
                whole["completed"] += enrolled
                continue
            whole["stopped"] += in_lessons + at_test
            tally[course, day, TEST]["stopped"] += at_test
            if lesson is not None:
                tally[course, day, str(lesson)]["stopped"] += in_lessons

    def tell(self, asked: Asked) -> list[Section]:
        sums = sum_up_subjects(self.slug, asked)
        whole = sums.get("", Counter())
        lessons = list_lessons(asked)
        told = [(lesson, sums.get(str(lesson.pk), Counter())) for lesson in lessons]
        if not whole and not any(counts for _, counts in told):
            return []
        return [self.tell_lessons(told), self.tell_stops(told, whole, sums.get(TEST, Counter())), self.tell_all(whole)]

    def tell_lessons(self, told: "Sequence[tuple[Lesson, Counter[str]]]") -> Section:
        shares = [(lesson, Share(min(counts["done"], counts["began"]), counts["began"])) for lesson, counts in told]
        return Section(
            key="lessons",
            title=gettext("Lesson by lesson"),
            about=gettext("Of those who began a lesson, how many have completed it. By the day on which it was begun."),
            head=[gettext("Lesson"), gettext("Began"), gettext("Completed"), gettext("Completed, percent")],
            rows=[[lesson.title, share.n, share.count, percent_of(share)] for lesson, share in shares],
            chart=draw_bars([(lesson.title, f"{share.count}/{share.n}", *drawn(share)) for lesson, share in shares]),
        )

    def tell_stops(
        self, told: "Sequence[tuple[Lesson, Counter[str]]]", whole: Counter[str], test: Counter[str]
    ) -> Section:
        stopped = [(lesson.title, counts["stopped"]) for lesson, counts in told]
        stopped.append((gettext("Before the post-test was passed"), test["stopped"]))
        shares = [(name, Share(min(count, whole["stopped"]), whole["stopped"])) for name, count in stopped]
        about = gettext(
            "Learners who have not completed the course and were not seen for %(days)d days, by the lesson that they "
            "had open last. By the day on which they started the course."
        ) % {"days": AWAY.days}
        return Section(
            key="stopped",
            title=gettext("Where they stopped"),
            about=about,
            head=[gettext("Lesson"), gettext("Stopped here"), gettext("Of all who stopped, percent")],
            rows=[[name, share.count, percent_of(share)] for name, share in shares],
            chart=draw_bars([(name, str(share.count), drawn(share)[0], None) for name, share in shares]),
        )

    def tell_all(self, whole: Counter[str]) -> Section:
        n, completed, stopped = whole["enrolled"], whole["completed"], whole["stopped"]
        parts = [
            (gettext("Completed the course"), completed),
            (gettext("Under way"), max(n - completed - stopped, 0)),
            (gettext("Stopped"), stopped),
        ]
        shares = [(name, Share(min(count, n), n)) for name, count in parts]
        return Section(
            key="learners",
            title=gettext("All who started"),
            about=gettext("n = %(n)d learners. Under way: seen within the last %(days)d days.")
            % {"n": n, "days": AWAY.days},
            head=[gettext("Learners"), gettext("Number"), gettext("Percent")],
            rows=[[name, share.count, percent_of(share)] for name, share in shares],
            chart=draw_bars([(name, f"{share.count}/{share.n}", *drawn(share)) for name, share in shares]),
        )


def list_lessons(asked: Asked) -> list[Lesson]:
    """In the order of the course. Those that are not live any more were begun, too."""
    lessons = Lesson.objects.filter(module__course=asked.course) if asked.course else Lesson.objects.none()
    return list(lessons.only("title", "module", "minutes").order_by("module__position", "position"))


def drawn(share: Share) -> tuple[float | None, tuple[float, float] | None]:
    """Nothing of too few."""
    return (share.value, share.interval) if percent_of(share) is not None else (None, None)
