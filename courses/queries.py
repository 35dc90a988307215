"""Reads of courses. The getters here carry the permission: what they return, the user may see."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from wagtail.images import get_image_model
from wagtail.models import Revision

from accounts.models import User
from accounts.queries import has_access
from courses.models import (
    Attempt,
    Completion,
    Course,
    Enrolment,
    Lesson,
    LessonProgress,
    LessonRendering,
    Module,
    Question,
)
from courses.rendering import split_blocks

Reader = User | AnonymousUser

LESSONS_SAMPLED = 6


class LessonLocked(Exception):
    """The lesson exists, and the reader must get access before it opens."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(f"{lesson} is locked")
        self.lesson = lesson


# --- Courses and lessons ----------------------------------------------------------------------------


def get_courses() -> QuerySet[Course]:
    """The catalogue, each with `lesson_count`."""
    lesson_count = Count("modules__lessons", filter=Q(modules__lessons__live=True))
    courses: QuerySet[Course] = Course.objects.filter(live=True).annotate(lesson_count=lesson_count)
    return courses.order_by("position", "title")


def get_course(slug: str) -> Course:
    course: Course | None = Course.objects.filter(live=True, slug=slug).first()
    if course is None:
        raise Http404("There is no such course.")
    return course


def is_author(user: Reader) -> bool:
    """Authors read what they write, bought or not."""
    return user.has_perm("courses.change_lesson")


def may_open_everything(user: Reader) -> bool:
    # In this order a learner who has access is asked one question and not three.
    return has_access(user) or is_author(user)


def get_lesson_for(user: Reader, *, course: str, lesson: str) -> LessonRendering:
    """The published text of a lesson that this reader may open.

    Raises Http404 where there is no such lesson, and LessonLocked where access is missing.
    """
    return _open(user, LessonRendering.objects.filter(lesson__slug=lesson, lesson__module__course__slug=course))


def _open(user: Reader, texts: QuerySet[LessonRendering]) -> LessonRendering:
    """Who may open what of a lesson is decided here alone."""
    rendering = (
        texts.filter(lesson__live=True, lesson__module__course__live=True, revision=F("lesson__live_revision"))
        .select_related("lesson__module__course")
        .defer("lesson__body", "lesson__module__course__description")
        .first()
    )
    if rendering is None:
        raise Http404("There is no such lesson.")
    if not (rendering.lesson.is_preview or may_open_everything(user)):
        raise LessonLocked(rendering.lesson)
    return rendering


def get_figure_for(user: Reader, *, lesson_id: int, image_id: int):  # type: ignore[no-untyped-def]
    """An image of a lesson, by the same decision as the lesson itself. Authors see those of drafts, too."""
    try:
        # By lesson__pk, for which Django knows that a number may be too great for the column.
        text = _open(user, LessonRendering.objects.filter(lesson__pk=lesson_id).defer("html"))
        if image_id not in text.image_ids:
            raise Http404("There is no such figure.")
    except (Http404, LessonLocked):
        if not is_author(user):
            raise
    image = get_image_model().objects.filter(pk=image_id).first()
    if image is None:
        raise Http404("There is no such figure.")
    return image


@dataclass(frozen=True)
class Sample:
    """A block of a lesson that is open to everyone."""

    lesson: Lesson
    html: str


def get_samples() -> dict[str, Sample]:
    """A taste of the courses: the first figure and the first plot of rates that everyone may see. One query."""
    texts = (
        LessonRendering.objects.filter(lesson__live=True, lesson__is_preview=True, lesson__module__course__live=True)
        .filter(revision=F("lesson__live_revision"))
        .select_related("lesson__module__course")
        .defer("lesson__body", "lesson__module__course__description")
        .order_by("lesson__module__course__position", "lesson__module__position", "lesson__position")
    )
    samples: dict[str, Sample] = {}
    for text in texts[:LESSONS_SAMPLED]:
        for kind, html in split_blocks(text.html):
            if kind == "figure" or 'class="tbl rates"' in html:
                samples.setdefault("figure" if kind == "figure" else "plot", Sample(text.lesson, html))
    return samples


# --- The outline ------------------------------------------------------------------------------------


@dataclass
class OutlineLesson:
    lesson: Lesson
    is_open: bool
    progress: LessonProgress | None

    @property
    def is_live(self) -> bool:
        return bool(self.lesson.live)

    @property
    def is_started(self) -> bool:
        return self.progress is not None

    @property
    def is_completed(self) -> bool:
        return self.progress is not None and self.progress.completed_at is not None


@dataclass
class Outline:
    """A course as one learner sees it: modules with their lessons, and how far they are."""

    course: Course
    modules: list[tuple[Module, list[OutlineLesson]]]
    completion: Completion | None

    @cached_property
    def lessons(self) -> list[OutlineLesson]:
        """The published ones, in order."""
        return [item for _, items in self.modules for item in items if item.is_live]

    @cached_property
    def remaining(self) -> list[OutlineLesson]:
        return [item for item in self.lessons if not item.is_completed]

    @property
    def is_ready_for_post_test(self) -> bool:
        return bool(self.lessons) and not self.remaining

    @property
    def percent(self) -> int:
        """Share of the lessons that are completed, 0 to 100; a completion keeps it at 100."""
        if self.completion is not None:
            return 100
        if not self.lessons:
            return 0
        return 100 * (len(self.lessons) - len(self.remaining)) // len(self.lessons)

    def around(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """The lessons before and after this one."""
        order = [item.lesson for item in self.lessons]
        at = next((index for index, item in enumerate(order) if item.pk == lesson.pk), None)
        if at is None:
            return None, None
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

    def next_lesson(self) -> Lesson | None:
        """Where to go on: the first lesson that is open and not completed."""
        return next((item.lesson for item in self.remaining if item.is_open), None)


def get_outline(course: Course, user: Reader) -> Outline:
    """One query for a stranger, four for a learner, however many lessons there are."""
    lessons = (
        Lesson.objects.filter(Q(live=True) | Q(is_announced=True), module__course=course)
        .select_related("module")
        .order_by("module__position", "module", "position")
        .defer("body")
    )
    progress: dict[int, LessonProgress] = {}
    if user.is_authenticated:
        rows = LessonProgress.objects.filter(user=user, lesson__module__course=course)
        progress = {row.lesson_id: row for row in rows}
    is_open = may_open_everything(user)
    return Outline(
        course=course,
        modules=[
            (
                module,
                [
                    OutlineLesson(lesson, lesson.live and (is_open or lesson.is_preview), progress.get(lesson.pk))
                    for lesson in group
                ],
            )
            for module, group in groupby(lessons, key=attrgetter("module"))
        ],
        completion=get_completion(user=user, course=course) if user.is_authenticated else None,
    )


# --- What a learner has done ------------------------------------------------------------------------


def get_completion(*, user: User, course: Course) -> Completion | None:
    return Completion.objects.filter(user=user, course=course).first()


@dataclass
class Study:
    """A course under way, for the dashboard."""

    course: Course
    lesson_count: int
    completed_count: int
    last_lesson: Lesson | None
    is_completed: bool

    @property
    def percent(self) -> int:
        if self.is_completed:
            return 100
        return 100 * self.completed_count // self.lesson_count if self.lesson_count else 0

    @property
    def continue_with(self) -> Lesson | None:
        """Where they stopped, while it can still be opened."""
        if self.is_completed or self.last_lesson is None or not self.last_lesson.live:
            return None
        return self.last_lesson

    @property
    def is_ready_for_post_test(self) -> bool:
        return not self.is_completed and self.completed_count >= self.lesson_count > 0


def get_studies(user: User) -> list[Study]:
    """The learner's courses, the one last seen first. Three queries."""
    enrolments = list(
        Enrolment.objects.filter(user=user, course__live=True)
        .select_related("course", "last_lesson__module__course")
        .defer("course__description", "last_lesson__body", "last_lesson__module__course__description")
        .annotate(
            lesson_count=Count("course__modules__lessons", filter=Q(course__modules__lessons__live=True), distinct=True)
        )
        # Django drops the model's own ordering where it groups.
        .order_by("-last_seen_at")
    )
    completed = dict(
        LessonProgress.objects.filter(user=user, completed_at__isnull=False, lesson__live=True)
        .values_list("lesson__module__course")
        .annotate(Count("pk"))
    )
    done = set(Completion.objects.filter(user=user).values_list("course", flat=True))
    return [
        Study(
            course=row.course,
            lesson_count=row.lesson_count,
            completed_count=completed.get(row.course_id, 0),
            last_lesson=row.last_lesson,
            is_completed=row.course_id in done,
        )
        for row in enrolments
    ]


def get_open_attempt(*, user: User, course: Course) -> Attempt | None:
    return Attempt.objects.filter(user=user, course=course, submitted_at=None).first()


def get_attempts(*, user: User, course: Course) -> QuerySet[Attempt]:
    return Attempt.objects.filter(user=user, course=course).order_by("-started_at")


def get_attempt_for(user: User, *, course: str, attempt_id: int) -> Attempt:
    """The learner's own attempt with its questions. Another's is not there (404)."""
    attempt = (
        Attempt.objects.filter(pk=attempt_id, user=user, course__slug=course)
        .select_related("course")
        .prefetch_related("questions__question__lesson__module__course")
        .first()
    )
    if attempt is None:
        raise Http404("There is no such attempt.")
    return attempt


# --- What authors write -----------------------------------------------------------------------------

Written = Lesson | Question | Course
WRITTEN: tuple[type[Written], ...] = (Lesson, Question, Course)
# What a list of them does not show is not fetched.
LONG_FIELDS: dict[type[Written], list[str]] = {
    Lesson: ["body", "latest_revision__content"],
    Question: ["references", "latest_revision__content"],
    Course: ["description", "objectives", "latest_revision__content"],
}


def in_brief(model: type[Written]) -> "QuerySet[Any]":
    """Rows for a list, with `is_scheduled`: neither texts nor a query for each row's state."""
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(model),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    rows = model.objects.annotate(is_scheduled=Exists(scheduled))
    return rows.select_related("latest_revision").defer(*LONG_FIELDS[model])


def get_status(row: Any) -> str:
    """Where a row of `in_brief` stands, in words."""
    if row.latest_revision_id is None:
        return "Not written"
    if not row.live:
        return "Scheduled" if row.is_scheduled else "Expired" if row.expired else "Draft"
    if row.is_scheduled:
        return "Live, change scheduled"
    return "Live, with a draft" if row.has_unpublished_changes else "Live"


def get_unpublished(*, limit: int) -> list[Any]:
    """What waits as a draft, the newest first. One query for each kind."""
    waiting = [
        row
        for model in WRITTEN
        for row in in_brief(model)
        .filter(has_unpublished_changes=True, latest_revision__isnull=False)
        .select_related("latest_revision__user")
        .order_by("-latest_revision__created_at")[:limit]
    ]
    return sorted(waiting, key=lambda row: row.latest_revision.created_at, reverse=True)[:limit]


def get_edited_by(user: User, *, limit: int) -> list[tuple[datetime, Any]]:
    """What this author saved last, with the time. One query, and one for each kind."""
    kinds = {ContentType.objects.get_for_model(model).pk: model for model in WRITTEN}
    latest = (
        Revision.objects.filter(user=user, base_content_type__in=kinds)
        .values_list("base_content_type", "object_id")
        .annotate(at=Max("created_at"))
        .order_by("-at")[:limit]
    )
    saved = [(kinds[kind], int(pk), at) for kind, pk, at in latest]
    rows = {
        (model, row.pk): row
        for model in WRITTEN
        for row in in_brief(model).filter(pk__in=[pk for kind, pk, _ in saved if kind is model])
    }
    return [(at, rows[kind, pk]) for kind, pk, at in saved if (kind, pk) in rows]
