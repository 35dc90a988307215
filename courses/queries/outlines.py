"""A course as one learner sees it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery

from courses.models import (
    Completion,
    Course,
    Enrolment,
    Lesson,
    LessonProgress,
    Module,
)
from courses.published import get_contents
from courses.queries.films import WatchedFilm, watch
from courses.queries.lessons import Reader, may_open_everything
from courses.queries.progress import get_completion


@dataclass
class OutlineLesson:
    lesson: Lesson
    is_open: bool
    progress: LessonProgress | None
    films: list[WatchedFilm] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        return bool(self.lesson.live)

    @property
    def is_started(self) -> bool:
        return self.progress is not None

    @property
    def is_completed(self) -> bool:
        return self.progress is not None and self.progress.completed_at is not None

    @property
    def unwatched(self) -> list[WatchedFilm]:
        """The films that stand between the learner and this lesson's completion."""
        return [] if self.is_completed else [each for each in self.films if each.left]


@dataclass
class Outline:
    """A course as one learner sees it: modules with their lessons, and how far they are."""

    course: Course
    modules: list[tuple[Module, list[OutlineLesson]]]
    completion: Completion | None
    # Written once; lessons that come later reopen nothing.
    has_completed_lessons: bool = False

    @cached_property
    def lessons(self) -> list[OutlineLesson]:
        """The published ones, in order."""
        return [item for _, items in self.modules for item in items if item.is_live]

    @cached_property
    def required(self) -> list[OutlineLesson]:
        return [item for item in self.lessons if item.lesson.is_required]

    @cached_property
    def remaining(self) -> list[OutlineLesson]:
        """What the learner has still to complete before the post-test opens."""
        if self.has_completed_lessons:
            return []
        return [item for item in self.required if not item.is_completed]

    @property
    def is_ready_for_post_test(self) -> bool:
        return bool(self.lessons) and not self.remaining

    @property
    def percent(self) -> int:
        """Share of the required lessons that are completed, 0 to 100; once it was 100 it stays."""
        if self.completion is not None or self.is_ready_for_post_test:
            return 100
        if not self.required:
            return 0
        return 100 * (len(self.required) - len(self.remaining)) // len(self.required)

    def around(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after this one."""
        order = [item.lesson for item in self.lessons]
        at = next((index for index, item in enumerate(order) if item.pk == lesson.pk), None)
        if at is None:
            return None, None
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

    def next_lesson(self) -> Lesson | None:
        """Where to go on: the first lesson that is open and not completed."""
        return next((item.lesson for item in self.lessons if item.is_open and not item.is_completed), None)


def get_outline(course: Course, user: Reader) -> Outline:
    """For a learner two queries and one for films, however many lessons there are, beside those for what is published.

    A third or fourth tells whether they may open it.
    """
    contents = get_contents(course.pk)
    progress = _get_progress(course, user, [row.pk for _, rows in contents.modules for row in rows])
    watched = watch(user, (film for films in contents.films.values() for film in films)) if contents.films else {}
    is_open = may_open_everything(user)

    def see(lesson: Lesson) -> OutlineLesson:
        films = [watched[film.pk] for film in contents.films.get(lesson.pk, [])]
        return OutlineLesson(lesson, lesson.live and (is_open or lesson.is_preview), progress.get(lesson.pk), films)

    return Outline(
        course=course,
        modules=[(module, [see(lesson) for lesson in lessons]) for module, lessons in contents.modules],
        completion=get_completion(user=user, course=course) if user.is_authenticated else None,
        has_completed_lessons=any(row.lessons_completed_at for row in progress.values()),
    )


def _get_progress(course: Course, user: Reader, lessons: list[int]) -> dict[int, Any]:
    """By lesson; each row has the enrolment's `lessons_completed_at`, too, which saves a query."""
    if not user.is_authenticated:
        return {}
    enrolment = Enrolment.objects.filter(user=OuterRef("user"), course=course)
    rows = LessonProgress.objects.filter(user=user, lesson__in=lessons).annotate(
        lessons_completed_at=Subquery(enrolment.values("lessons_completed_at"))
    )
    return {row.lesson_id: row for row in rows}
