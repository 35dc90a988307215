"""Courses and lessons. The getters here carry the permission: what they return, the user may see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from wagtail.images import get_image_model
from wagtail.images.models import Image

from accounts.models import User
from accounts.queries import has_access
from courses.videos.models import Video, VideoStatus
from courses.writing.blocks import find_pictures
from courses.writing.errors import LessonLocked
from courses.writing.models import Course, Lesson, LessonRendering, PublishedSlug
from courses.writing.obstacles import find_obstacle
from courses.writing.published import get_text, get_text_of
from courses.writing.rendering import split_blocks
from courses.writing.steps import get_open_html, is_picture_open, is_video_open
from courses.writing.window import get_window
from reviews.queries import MAY_SEE

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

Reader = User | AnonymousUser

LESSONS_SAMPLED = 6
STUDY = re.compile(r"/lessons/\d+/studies/(\d+)/")


class _Counted(TypedDict):
    lesson_count: int


def get_courses() -> "QuerySet[WithAnnotations[Course, _Counted]]":
    """The catalogue."""
    lesson_count = Count("modules__lessons", filter=Q(modules__lessons__live=True))
    return Course.objects.filter(live=True).annotate(lesson_count=lesson_count).order_by("position", "title")


def get_course(slug: str) -> Course:
    course: Course | None = Course.objects.filter(live=True, slug=slug).first()
    if course is None:
        raise Http404("There is no such course.")
    return course


def find_present_slugs(*, course: str, lesson: str | None = None) -> dict[str, str]:
    """Where an address leads that was true once, by the names of its parts: the course or lesson that was published
    under these slugs last. A lesson brings its course along, which may be another by now. Empty where there is none.
    """
    if lesson is None:
        courses = Course.objects.filter(live=True)
        known = PublishedSlug.objects.filter(slug=course).values("course")
        found = courses.filter(slug=course).first() or courses.filter(pk__in=known).first()
        return {"course": found.slug} if found else {}
    if not PublishedSlug.objects.filter(slug=course).exclude(course=None).exists():
        return {}  # no course had this address
    lessons = Lesson.objects.filter(live=True, module__course__live=True).select_related("module__course")
    old = PublishedSlug.objects.filter(slug=lesson).values("lesson")
    there = lessons.filter(slug=lesson).first() or lessons.filter(pk__in=old).first()
    return {"course": there.module.course.slug, "lesson": there.slug} if there else {}


def get_past_slugs(course: Course) -> QuerySet[PublishedSlug, Any]:
    """Under which a course was published, the present one among them; for a statement that asks it along."""
    return PublishedSlug.objects.filter(course=course).values("slug")


def is_author(user: Reader) -> bool:
    """Authors read what they write, bought or not; so do those who review it."""
    return user.has_perm("courses.change_lesson") or user.has_perm(MAY_SEE)


MAY_PREVIEW = ("courses.change_course", "courses.change_lesson", "imaging.add_truth", "cme.change_activity")
"""Any of them, by the names of apps above: who writes courses, reviews them, or answers for their credit."""


def may_preview(user: Reader) -> bool:
    """Whether drafts may be seen as a learner would see them, with their pictures and videos."""
    return user.has_perm("wagtailadmin.access_admin") and any(user.has_perm(name) for name in MAY_PREVIEW)


def may_open_everything(user: Reader) -> bool:
    """Asked once a request, as Django asks for permissions once: the answer stays with the user's instance."""
    known: bool | None = getattr(user, "_may_open_everything", None)
    if known is None:
        # In this order a learner who has access is asked one question and not three.
        known = keep_access(user, has_access=has_access(user))
    return known


def keep_access(user: Reader, *, has_access: bool) -> bool:
    """The answer for this request, where another statement has just read whether the learner has access."""
    known = has_access or is_author(user)
    cast(Any, user)._may_open_everything = known
    return known


def get_lesson_for(user: Reader, *, course: str, lesson: str) -> LessonRendering:
    """The published text of a lesson that this reader may open.

    Raises Http404 where there is no such lesson, and LessonLocked where access is missing or something comes first.
    """
    return require_open(user, get_text(course, lesson))


def require_open(user: Reader, text: LessonRendering) -> LessonRendering:
    """The text, where this reader may open its lesson and nothing stands before it. Raises LessonLocked."""
    if not may_open(user, text.lesson):
        raise LessonLocked(text.lesson)
    obstacle = find_obstacle(user, text.lesson)
    if obstacle is not None and not is_author(user):
        raise LessonLocked(text.lesson, obstacle)
    return text


def may_open(user: Reader, lesson: Lesson) -> bool:
    """Who may open what of a published lesson is decided here alone, and for many at once below."""
    return lesson.is_preview or may_open_everything(user)


def get_open_lessons(user: Reader) -> QuerySet[Lesson]:
    lessons: QuerySet[Lesson] = Lesson.objects.filter(live=True, module__course__live=True)
    return lessons if may_open_everything(user) else lessons.filter(is_preview=True)


def get_open_pictures(course: Course) -> Iterator[Image]:
    """The pictures of the lessons that everyone may open, in their order."""
    lessons = get_open_lessons(AnonymousUser()).filter(module__course=course).only("body")
    for lesson in lessons.order_by("module__position", "module", "position", "pk"):
        yield from find_pictures(lesson.body)


def get_figure_for(user: Reader, *, lesson_id: int, image_id: int) -> Image:
    """An image of a lesson, by the same decision as the lesson itself, but for those that stand in its window
    (decision 51). Who may preview sees those of drafts, too.
    """
    try:
        text = get_text_of(lesson_id)
        if image_id not in get_window(lesson_id).image_ids:
            require_open(user, text)
        if not is_picture_open(user, text, image_id):
            raise Http404("There is no such figure.")
    except (Http404, LessonLocked):
        if not (is_author(user) or may_preview(user)):
            raise
    image = get_image_model().objects.filter(pk=image_id).first()
    if image is None:
        raise Http404("There is no such figure.")
    return image


def get_study_place(user: Reader, *, lesson_id: int, study_id: int) -> LessonRendering:
    """The text of the lesson that this reader may open, and in which this study stands. Raises as `require_open`."""
    text = require_open(user, get_text_of(lesson_id))
    if str(study_id) not in STUDY.findall(get_open_html(user, text)):
        raise Http404("There is no such study in this lesson.")
    return text


def get_video_for(user: Reader, *, lesson_id: int, video_id: int) -> Video:
    """A video of a lesson, by the same decision as the lesson itself. Who may preview sees those of drafts, too."""
    try:
        text = require_open(user, get_text_of(lesson_id))
        if not is_video_open(user, text, video_id):
            raise Http404("There is no such video.")
    except (Http404, LessonLocked):
        if not (is_author(user) or may_preview(user)):
            raise
    video = Video.objects.filter(pk=video_id, status=VideoStatus.READY).first()
    if video is None:
        raise Http404("There is no such video.")
    return video


@dataclass(frozen=True)
class Sample:
    """A block of a lesson that is open to everyone."""

    lesson: Lesson
    html: str


def get_samples() -> dict[str, Sample]:
    """A taste of the courses: the first figure and the first plot of rates that everyone may see. One query."""
    texts = (
        LessonRendering.objects.readable()
        .filter(lesson__is_preview=True)
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
