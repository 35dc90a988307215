"""A course as it would be read if all its drafts were published now, or as it is published. Read and never written.

It is put together anew for each request, in as many queries for 60 lessons as for one, and nothing of it goes where
published pages are kept (courses/writing/published.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.images import get_image_model

from core.faults import tell_each
from courses.assessment.models.questions import Objective, Question, QuestionUse
from courses.assessment.services.objectives import match_objectives
from courses.faults.checking import find_stopping_each
from courses.learning.queries.holdings import Holding
from courses.videos.models import Video
from courses.writing.archiving import LESSON_IN_USE
from courses.writing.models import Course, Lesson, Module
from courses.writing.published import LessonVideo

# What a draft has of its own. The rest is its place, which has no drafts, and what Wagtail knows of it.
DRAFTED = (
    "title",
    "slug",
    "summary",
    "minutes",
    "is_preview",
    "is_announced",
    "is_required",
    "is_stepwise",
    "body",
)


@dataclass(frozen=True)
class Manuscript:
    course: Course
    is_draft: bool
    modules: list[tuple[Module, list[Lesson]]]
    questions: dict[int, Question]
    """Of the course and of its lessons' texts, whatever they lack; of what is published, those that are live."""
    missing: dict[int, list[str]]
    """Why a draft of a question cannot be asked. What is published can."""
    videos: dict[int, Video]
    images: frozenset[int]
    """The keys of all pictures that it names, and that are there."""

    @cached_property
    def lessons(self) -> list[Lesson]:
        """Those that learners may open, in order."""
        return [lesson for _, lessons in self.modules for lesson in lessons if lesson.live]

    def get_lesson(self, **wanted: Any) -> Lesson:
        """By its slug or key. Raises Http404."""
        for lesson in self.lessons:
            if all(getattr(lesson, name) == value for name, value in wanted.items()):
                return lesson
        raise Http404("There is no such lesson.")

    def get_checks(self, lesson: Lesson) -> list[int]:
        """The keys of the questions that can be asked there, in the order of its text."""
        found = (self.questions.get(pk) for pk in dict.fromkeys(find_questions(lesson)))
        return [each.pk for each in found if each and each.use == QuestionUse.CHECK and not self.get_missing(each)]

    def get_videos(self, lesson: Lesson) -> list[LessonVideo]:
        found = (self.videos.get(pk) for pk in sorted(set(find_videos(lesson))))
        return [LessonVideo(each.pk, each.title, each.seconds) for each in found if each and each.is_ready]

    def get_missing(self, question: Question) -> list[str]:
        return self.missing.get(question.pk, [])

    @cached_property
    def pool(self) -> list[Question]:
        """What the tests draw from, as `courses.assessment.queries.pools.get_pool`."""
        return [each for each in self.tested if not self.get_missing(each)]

    @property
    def tested(self) -> list[Question]:
        """The same with those that cannot be asked yet."""
        return [each for each in self.questions.values() if self._is_tested(each)]

    def _is_tested(self, question: Question) -> bool:
        return question.use == QuestionUse.TEST and question.course_id == self.course.pk

    def count(self) -> Holding:
        lessons = self.lessons
        seconds = [video.seconds for lesson in lessons for video in self.get_videos(lesson)]
        return Holding(
            lessons=len(lessons),
            open_lessons=sum(lesson.is_preview for lesson in lessons),
            pictures=sum(len(self.images.intersection(find_images(lesson))) for lesson in lessons),
            videos=len(seconds),
            video_seconds=sum(seconds),
            checks=sum(len(self.get_checks(lesson)) for lesson in lessons),
        )


def read_manuscript(course_id: int, *, is_draft: bool) -> Manuscript:
    """The same number of queries, however much stands in the course. Raises Http404."""
    row = get_object_or_404(Course.objects.select_related("latest_revision"), pk=course_id)
    course: Course = row.get_latest_revision_as_object() if is_draft else row
    modules = _read_modules(course, is_draft=is_draft)
    lessons = [lesson for _, each in modules for lesson in each]
    questions = _read_questions(course, lessons, is_draft=is_draft)
    video_ids = {pk for lesson in lessons for pk in find_videos(lesson)}
    image_ids = {pk for lesson in lessons for pk in find_images(lesson)}
    known = get_image_model().objects.filter(pk__in=image_ids).values_list("pk", flat=True)
    found = find_stopping_each(questions.values()) if is_draft else {}
    missing = {pk: tell_each(faults) for pk, faults in found.items()}
    return Manuscript(
        course, is_draft, modules, questions, missing, Video.objects.in_bulk(video_ids), frozenset(map(int, known))
    )


def _read_modules(course: Course, *, is_draft: bool) -> list[tuple[Module, list[Lesson]]]:
    rows = Lesson.objects.filter(LESSON_IN_USE, module__course=course.pk).order_by("position", "pk")
    lessons = rows.select_related("latest_revision") if is_draft else rows.filter(Q(live=True) | Q(is_announced=True))
    grouped: dict[int, list[Lesson]] = defaultdict(list)
    modules = list(Module.objects.filter(course=course.pk).select_related("latest_revision").order_by("position", "pk"))
    known = {module.pk: module for module in modules}
    for module in modules if is_draft else ():
        if module.latest_revision:
            module.title = module.latest_revision.content["title"]
    for lesson in lessons:
        lesson.module = known[lesson.module_id or 0]
        lesson.module.course = course
        grouped[lesson.module.pk].append(_as_drafted(lesson) if is_draft else lesson)
    return [(module, grouped[module.pk]) for module in modules if grouped[module.pk]]


def _as_drafted(lesson: Lesson) -> Lesson:
    """As `Revision.as_object` would have it, which asks the database about each key in it."""
    content = lesson.latest_revision.content if lesson.latest_revision else {}
    for name in DRAFTED:
        if name in content:
            field: Any = Lesson._meta.get_field(name)
            setattr(lesson, name, field.to_python(content[name]))
    lesson.live = True
    return lesson


def _read_questions(course: Course, lessons: Iterable[Lesson], *, is_draft: bool) -> dict[int, Question]:
    """With pictures, objectives and lessons, none of which is asked for later."""
    in_lessons = {pk for lesson in lessons for pk in find_questions(lesson)}
    rows = Question.objects.filter(Q(course=course.pk) | Q(pk__in=in_lessons)).exclude(use=QuestionUse.WORDS)
    rows = rows.order_by("key").prefetch_related("choices", "regions")
    if is_draft:
        questions: list[Any] = [_draft(each) for each in rows.select_related("latest_revision")]
    else:
        questions = list(rows.filter(live=True))
    images = get_image_model().objects.in_bulk({each.image_id for each in questions if each.image_id})
    objectives = _read_objectives(course, is_draft=is_draft)
    taught: dict[int, Lesson] = {lesson.pk: lesson for lesson in lessons}
    for each in questions:
        each.image = images.get(each.image_id)
        each.objective = objectives.get(each.objective_id or 0)
        each.lesson = taught.get(each.lesson_id or 0)
    return {int(each.pk): each for each in questions}


def _draft(row: Question) -> Any:
    if row.latest_revision is None:
        return row
    question: Any = Question.from_serializable_data(row.latest_revision.content, check_fks=False)
    question.live, question.live_revision_id = True, row.latest_revision_id
    return question


def _read_objectives(course: Course, *, is_draft: bool) -> dict[int, Objective]:
    rows = list(Objective.objects.filter(course=course.pk))
    if not is_draft:
        return {row.pk: row for row in rows}
    lines = course.objective_list
    matched = zip(lines, match_objectives(rows, lines), strict=True)
    known = {row.pk: (position, line) for position, (line, row) in enumerate(matched, start=1) if row}
    return {pk: Objective(pk=pk, course_id=course.pk, position=at, text=text) for pk, (at, text) in known.items()}


# --- What a text names, without asking for it ---------------------------------------------------------


def find_questions(lesson: Lesson) -> Iterator[int]:
    for block in lesson.body.raw_data:
        if block["type"] == "question" and block["value"]:
            yield int(block["value"])


def find_videos(lesson: Lesson) -> Iterator[int]:
    for block in lesson.body.raw_data:
        if block["type"] == "video" and block["value"].get("video"):
            yield int(block["value"]["video"])


def find_images(lesson: Lesson) -> Iterator[int]:
    return (pk for pk in find_image_fields(list(lesson.body.raw_data)) if pk is not None)


def find_image_fields(value: Any) -> Iterator[int | None]:
    """Of each place for a picture the key that stands in it."""
    if isinstance(value, dict):
        image = value.get("image")
        if "image" in value and not isinstance(image, dict):
            yield int(image) if image else None
        for part in value.values():
            yield from find_image_fields(part)
    elif isinstance(value, list):
        for part in value:
            yield from find_image_fields(part)
