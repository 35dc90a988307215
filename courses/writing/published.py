"""What is published is the same for every reader, so each process keeps it until something is published anywhere.

The shared cache holds one short word, which changes with everything that authors and the loader commit. What a process
keeps, it keeps under the word that stood before it read the database, so it never keeps what was there before a change
under the word that came after it. Without the shared cache nothing is kept.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache, wraps
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, TypeVarTuple
from uuid import uuid4

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, Q, Subquery
from django.http import Http404
from django.utils.connection import ConnectionProxy

from courses.assessment.models.questions import Question, QuestionUse
from courses.videos.models import Video, VideoStatus
from courses.writing.models import Course, Lesson, LessonRendering, Module

pages = ConnectionProxy(caches, "pages")
WORD = "published"
# What is changed while the shared cache cannot be written, or behind the academy's back (by SQL) shows after this long.
KEPT_SECONDS = 60
# Seconds: what one page asks several times in a row is asked of the shared cache once.
ONE_LOOK = 0.2
# Some 30 kB each.
TEXTS = 500

Arguments = TypeVarTuple("Arguments")
Value = TypeVar("Value")


def kept_until_published(load: Callable[[*Arguments], Value]) -> Callable[[*Arguments], Value]:
    """Keep what `load` returns; it is shared by all threads, so nobody may change it."""

    @lru_cache(maxsize=TEXTS)
    def keep(word: str, period: int, *args: *Arguments) -> Value:
        return load(*args)

    @wraps(load)
    def get(*args: *Arguments) -> Value:
        word = _get_word()
        if word is None:
            return load(*args)
        return keep(word, int(time.time()) // KEPT_SECONDS, *args)

    return get


def _get_word() -> str | None:
    return _ask_word(int(time.monotonic() / ONE_LOOK)) if settings.PAGE_CACHE_SECONDS else None


@lru_cache(maxsize=1)
def _ask_word(moment: int) -> str | None:
    word: str | None = pages.get(WORD)
    if word is None:  # the shared cache is new, was emptied, or is away
        pages.add(WORD, _new_word(), None)
        word = pages.get(WORD)
    return word


def _new_word() -> str:
    return uuid4().hex


def forget_published(**_: object) -> None:
    """Have every process read again what is published, once this transaction is committed. Can receive a signal."""
    transaction.on_commit(_change_word, robust=True)


def _change_word() -> None:
    try:
        pages.set(WORD, _new_word(), None)
    finally:
        _ask_word.cache_clear()


@kept_until_published
def get_text(course: str, lesson: str) -> LessonRendering:
    """The published text of a lesson, with lesson, module and course. Who may open it is not asked here."""
    return _get(Q(lesson__slug=lesson, lesson__module__course__slug=course))


@kept_until_published
def get_text_of(lesson_id: int) -> LessonRendering:
    # By lesson__pk, for which Django knows that a number may be too great for the column.
    return _get(Q(lesson__pk=lesson_id))


def _get(lesson: Q) -> LessonRendering:
    text = (
        LessonRendering.objects.readable()
        .filter(lesson)
        .select_related("lesson__module__course")
        .defer("lesson__body", "lesson__module__course__description")
        .first()
    )
    if text is None:
        raise Http404("There is no such lesson.")
    return text


class LessonVideo(NamedTuple):
    """A video of a lesson that can be watched."""

    pk: int
    title: str
    seconds: int


class Contents(NamedTuple):
    modules: list[tuple[Module, list[Lesson]]]
    videos: dict[int, list[LessonVideo]]
    """Of each published lesson that has some."""
    checks: dict[int, list[int]]
    """The keys of the questions, likewise."""
    pool: int
    """How many questions the course's tests have to draw from."""


@kept_until_published
def get_contents(course_id: int) -> Contents:
    """A course's modules with the lessons that are published or announced, in order, with their videos and checks."""
    drawn_from = Count("questions", filter=Q(questions__live=True, questions__use="test"))
    # In the same query: it says the same in each row.
    pool = Subquery(Course.objects.filter(pk=course_id).order_by().annotate(pool=drawn_from).values("pool"))
    lessons = (
        Lesson.objects.filter(Q(live=True) | Q(is_announced=True), module__course=course_id)
        .annotate(pool=pool)
        .select_related("module__course")
        .order_by("module__position", "module", "position", "pk")
        .defer("body", "module__course__description")
    )
    rows: list[Any] = list(lessons)
    modules = [(module, list(group)) for module, group in groupby(rows, key=attrgetter("module"))]
    shown = _get_shown(Q(lesson__module__course=course_id))
    return Contents(modules, _get_videos(shown), _get_checks(shown), rows[0].pool if rows else 0)


class Shelved(NamedTuple):
    course: Course
    lessons: dict[int, Lesson]
    """Those that are published, by their keys."""


@kept_until_published
def get_shelf() -> dict[int, Shelved]:
    """Every published course by its key, with its lessons."""
    courses = Course.objects.filter(live=True).defer("description")
    shelf = {course.pk: Shelved(course, {}) for course in courses}
    lessons = Lesson.objects.filter(live=True, module__course__live=True).select_related("module__course")
    for lesson in lessons.defer("body", "module__course__description"):
        shelf[lesson.module.course_id].lessons[lesson.pk] = lesson
    return shelf


@kept_until_published
def get_videos_of(lesson_id: int) -> list[LessonVideo]:
    return _get_videos(_get_shown(Q(lesson__pk=lesson_id))).get(lesson_id, [])


@kept_until_published
def get_checks_of(lesson_id: int) -> list[int]:
    """The keys of the questions."""
    return _get_checks(_get_shown(Q(lesson__pk=lesson_id))).get(lesson_id, [])


class Shown(NamedTuple):
    """What the text of a lesson names."""

    lesson: int
    videos: list[int]
    questions: list[int]


def _get_shown(lessons: Q) -> list[Shown]:
    texts = LessonRendering.objects.published().filter(lessons).exclude(video_ids=[], question_ids=[])
    return [Shown(*row) for row in texts.values_list("lesson_id", "video_ids", "question_ids")]


def _get_videos(shown: list[Shown]) -> dict[int, list[LessonVideo]]:
    """Each lesson's videos that are ready, in the order of its text."""
    wanted = {pk for each in shown for pk in each.videos}
    if not wanted:
        return {}
    ready = Video.objects.filter(pk__in=wanted, status=VideoStatus.READY, seconds__gt=0).in_bulk()
    videos: dict[int, list[LessonVideo]] = defaultdict(list)
    for each in shown:
        for pk in each.videos:
            if pk in ready:
                videos[each.lesson].append(LessonVideo(pk, ready[pk].title, ready[pk].seconds))
    return dict(videos)


def _get_checks(shown: list[Shown]) -> dict[int, list[int]]:
    """Each lesson's checks that are asked, in the order of its text. One that was taken off leaves nothing to do."""
    wanted = {pk for each in shown for pk in each.questions}
    if not wanted:
        return {}
    asked = set(Question.objects.filter(pk__in=wanted, live=True, use=QuestionUse.CHECK).values_list("pk", flat=True))
    checks = {each.lesson: [pk for pk in each.questions if pk in asked] for each in shown}
    return {lesson: pks for lesson, pks in checks.items() if pks}
