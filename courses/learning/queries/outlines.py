"""A course as one learner sees it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from accounts.queries import HAS_ACCESS
from courses.learning.models import LessonProgress
from courses.learning.queries.answered import ANSWERED, read_answered
from courses.learning.queries.watched import WatchedVideo, watch
from courses.learning.standing import Standing
from courses.notes.queries import HAS_NOTES
from courses.writing.models import Course, Lesson, LessonRendering, Module
from courses.writing.published import Contents, get_contents, get_text
from courses.writing.queries import Reader, keep_access, may_open_everything, require_open


class Row(NamedTuple):
    """A lesson as an outline shows it: the same for all who are equally far, who get the same rendered lines."""

    pk: int
    title: str
    url: str
    minutes: int
    is_preview: bool
    is_live: bool
    is_open: bool
    is_started: bool
    is_completed: bool


@dataclass
class OutlineLesson:
    lesson: Lesson
    is_open: bool
    progress: LessonProgress | None
    videos: list[WatchedVideo] = field(default_factory=list)
    checks: list[int] = field(default_factory=list)
    open_checks: list[int] = field(default_factory=list)
    """Of these, what the learner has not answered yet."""

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
    def row(self) -> Row:
        lesson = self.lesson
        return Row(
            lesson.pk,
            lesson.title,
            lesson.url,
            lesson.minutes,
            lesson.is_preview,
            self.is_live,
            self.is_open,
            self.is_started,
            self.is_completed,
        )

    @property
    def unwatched(self) -> list[WatchedVideo]:
        """The videos that stand between the learner and this lesson's completion."""
        return [] if self.is_completed else [each for each in self.videos if each.left]

    @property
    def unanswered(self) -> list[int]:
        """The checks that stand there, likewise. One that came into a completed lesson does not reopen it."""
        return [] if self.is_completed else self.open_checks


@dataclass
class Outline:
    """A course as one learner sees it: modules with their lessons, and how far they are."""

    course: Course
    modules: list[tuple[Module, list[OutlineLesson]]]
    is_completed: bool
    # Written once; lessons that come later reopen nothing.
    has_completed_lessons: bool = False
    last_lesson_id: int | None = None
    percent_reached: int = 0
    # Questions that the tests have to draw from: where an author took some off, a test asks fewer than it should.
    pool: int = 0

    @property
    def post_test_questions(self) -> int:
        """How many the post-test asks today."""
        return min(self.course.post_test_questions, self.pool)

    @property
    def pre_test_questions(self) -> int:
        return min(self.course.pre_test_questions, self.pool)

    @property
    def correct_to_pass(self) -> int:
        return self.course.get_correct_to_pass(self.post_test_questions)

    @cached_property
    def lessons(self) -> list[OutlineLesson]:
        """The published ones, in order."""
        return [item for _, items in self.modules for item in items if item.is_live]

    @cached_property
    def rows(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The titles of the modules, each with its lessons."""
        return tuple((module.title, tuple(item.row for item in items)) for module, items in self.modules)

    @cached_property
    def lesson_rows(self) -> tuple[Row, ...]:
        """The published lessons, in order."""
        return tuple(item.row for item in self.lessons)

    @cached_property
    def required(self) -> list[OutlineLesson]:
        return [item for item in self.lessons if item.lesson.is_required]

    @cached_property
    def remaining(self) -> list[OutlineLesson]:
        """What the learner has still to complete before the post-test opens."""
        if self.has_completed_lessons:
            return []
        return [item for item in self.required if not item.is_completed]

    @cached_property
    def standing(self) -> Standing:
        return Standing(
            published=len(self.lessons),
            required=len(self.required),
            completed=sum(item.is_completed for item in self.required),
            has_completed_lessons=self.has_completed_lessons,
            is_completed=self.is_completed,
            percent_reached=self.percent_reached,
        )

    @property
    def percent(self) -> int:
        return self.standing.percent

    def around(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after this one."""
        order = [item.lesson for item in self.lessons]
        at = next((index for index, item in enumerate(order) if item.pk == lesson.pk), None)
        if at is None:
            return None, None
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

    @cached_property
    def next_lesson(self) -> Lesson | None:
        """Where to go on: where the learner stopped, or else the first lesson that is open and not completed."""
        waiting = [item.lesson for item in self.lessons if item.is_open and not item.is_completed]
        stopped = [lesson for lesson in waiting if lesson.pk == self.last_lesson_id]
        return next(iter(stopped or waiting), None)


def get_outline(course: Course, user: Reader, contents: Contents | None = None) -> Outline:
    """For a learner one query and one for videos, beside those for what is published, unless that is at hand."""
    return _see(course, user, _get_standing(course, user), contents or get_contents(course.pk))


@dataclass(frozen=True)
class Reading:
    """A lesson that somebody has open, and the course around it."""

    text: LessonRendering
    outline: Outline
    has_notes: bool
    """Whether the reader has written or marked something in it."""
    has_answers: bool
    """Whether the reader has answered any of its checks."""


def open_lesson(user: Reader, *, course: str, lesson: str) -> Reading:
    """A lesson, if this reader may open it; raises as `get_lesson_for`."""
    text = get_text(course, lesson)
    found = text.lesson.module.course
    standing = _get_standing(found, user, lesson_id=text.lesson_id)  # tells of access, too
    facts = standing[0] if standing else None
    return Reading(
        text=require_open(user, text),
        outline=_see(found, user, standing, get_contents(found.pk)),
        has_notes=bool(facts and facts.has_notes),
        has_answers=not _get_answered(standing).isdisjoint(text.question_ids),
    )


def _see(course: Course, user: Reader, standing: list[Any], contents: Contents) -> Outline:
    progress = {row.lesson_id: row for row in standing if row.pk is not None}
    facts = standing[0] if standing else None
    watched = watch(user, (video for videos in contents.videos.values() for video in videos)) if contents.videos else {}
    answered = _get_answered(standing)
    is_open = may_open_everything(user)

    def see(lesson: Lesson) -> OutlineLesson:
        videos = [watched[video.pk] for video in contents.videos.get(lesson.pk, [])]
        checks = contents.checks.get(lesson.pk, [])
        return OutlineLesson(
            lesson,
            is_open=lesson.live and (is_open or lesson.is_preview),
            progress=progress.get(lesson.pk),
            videos=videos,
            checks=checks,
            open_checks=[pk for pk in checks if pk not in answered],
        )

    return Outline(
        course=course,
        modules=[(module, [see(lesson) for lesson in lessons]) for module, lessons in contents.modules],
        is_completed=bool(facts and facts.completion_id),
        has_completed_lessons=bool(facts and facts.lessons_completed_at),
        last_lesson_id=facts and facts.last_lesson_id,
        pool=contents.pool,
        percent_reached=(facts and facts.percent_reached) or 0,
    )


def _get_answered(standing: list[Any]) -> frozenset[int]:
    return read_answered(standing[0].answered) if standing else frozenset()


# By hand, for the lesson's page is asked most, and putting this together took the ORM as long as two more queries.
# From the learner, so that what was completed once is read where every lesson of that time is gone.
STANDING = f"""
SELECT progress.*, enrolment.lessons_completed_at, enrolment.last_lesson_id, enrolment.percent_reached,
    completion.id AS completion_id, {HAS_ACCESS} AS has_access,
    {HAS_NOTES} AS has_notes, ({ANSWERED}) AS answered
FROM accounts_user learner
LEFT JOIN courses_enrolment enrolment ON enrolment.user_id = learner.id AND enrolment.course_id = %s
LEFT JOIN courses_completion completion ON completion.user_id = learner.id AND completion.course_id = %s
LEFT JOIN (
    courses_lessonprogress progress
    JOIN courses_lesson lesson ON lesson.id = progress.lesson_id
    JOIN courses_module module ON module.id = lesson.module_id AND module.course_id = %s
) ON progress.user_id = learner.id
WHERE learner.id = %s"""  # noqa: S608 - a constant of ours


def _get_standing(course: Course, user: Reader, *, lesson_id: int = 0) -> list[Any]:
    """A row of progress for each lesson that was opened, or one without; each has the facts of the course, too."""
    if not user.is_authenticated:
        return []
    values = [user.pk, user.pk, lesson_id, user.pk, course.pk, course.pk, course.pk, user.pk]
    rows: list[Any] = list(LessonProgress.objects.raw(STANDING, values))
    if rows:
        keep_access(user, has_access=bool(rows[0].has_access))
    return rows
