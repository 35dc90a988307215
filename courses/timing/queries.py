"""What a course takes, counted from what is published of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from courses.assessment.models.questions import Question, QuestionUse
from courses.timing.method import (
    DIFFICULTIES,
    Load,
    Method,
    add_up,
    ask_mergener,
    estimate_minutes,
    get_method,
    in_whole_minutes,
    time_test,
)
from courses.timing.words import count_words
from courses.videos.models import Video
from courses.writing.models import Course, Lesson, LessonRendering


@dataclass(frozen=True)
class LessonTime:
    lesson: Lesson
    load: Load
    minutes: int
    """By the method."""


@dataclass(frozen=True)
class Opinion:
    """What Mergener's formula says at one difficulty."""

    number: int
    difficulty: str
    test_alone: Decimal
    """With the questions of the post-test as items, as the formula was made for."""
    with_checks: Decimal


@dataclass(frozen=True)
class CourseTime:
    method: Method
    lessons: tuple[LessonTime, ...]
    """Those that completing takes."""
    drawn: int
    """Questions of the post-test."""

    @property
    def read(self) -> Load:
        return add_up(each.load for each in self.lessons)

    @property
    def load(self) -> Load:
        return self.read + Load(items=self.drawn)

    @property
    def minutes(self) -> Decimal:
        """By the method."""
        return estimate_minutes(self.load, self.method)

    @property
    def whole_minutes(self) -> int:
        """By the method, too. Each part is rounded once, and the whole is their sum, so that whoever adds up agrees."""
        return sum(each.minutes for each in self.lessons) + self.test_minutes

    @property
    def test_minutes(self) -> int:
        return time_test(self.drawn)

    @property
    def stated(self) -> int:
        """What the lessons say of themselves, and the post-test: what the course should say."""
        return sum(each.lesson.minutes for each in self.lessons) + self.test_minutes

    @property
    def second_opinion(self) -> Opinion:
        """At the difficulty that the method assumes."""
        return self.opinions[self.method.assumed_difficulty - 1]

    @property
    def opinions(self) -> list[Opinion]:
        test_alone = Load(self.read.words, self.drawn, self.read.video_seconds)
        return [
            Opinion(
                number,
                str(name),
                ask_mergener(test_alone, number, self.method),
                ask_mergener(self.load, number, self.method),
            )
            for number, name in enumerate(DIFFICULTIES, 1)
        ]


def measure_course(course: Course) -> CourseTime:
    """At most three queries. What nobody must do is not counted: lessons that are not required, and the pre-test."""
    texts = LessonRendering.objects.published().filter(lesson__module__course=course.pk, lesson__is_required=True)
    rows = list(
        texts.select_related("lesson").defer("lesson__body").order_by("lesson__module__position", "lesson__position")
    )
    checks = _get_checks(rows)
    lengths = _get_lengths(rows)
    method = get_method()
    return CourseTime(method, tuple(_measure(row, checks, lengths, method) for row in rows), course.post_test_questions)


def _measure(row: LessonRendering, checks: set[int], lengths: dict[int, int], method: Method) -> LessonTime:
    load = Load(
        words=count_words(row.html),
        items=len(checks.intersection(row.question_ids)),
        video_seconds=sum(lengths.get(pk, 0) for pk in row.video_ids),
    )
    return LessonTime(row.lesson, load, in_whole_minutes(estimate_minutes(load, method)))


def _get_checks(rows: Iterable[LessonRendering]) -> set[int]:
    """A check that was taken off stands in the text and is asked no more."""
    shown = [pk for row in rows for pk in row.question_ids]
    live = Question.objects.filter(pk__in=shown, live=True, use=QuestionUse.CHECK)
    return set(live.values_list("pk", flat=True))


def _get_lengths(rows: Iterable[LessonRendering]) -> dict[int, int]:
    """In seconds."""
    shown = [pk for row in rows for pk in row.video_ids]
    return dict(Video.objects.filter(pk__in=shown).values_list("pk", "seconds"))
