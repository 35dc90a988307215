"""Writes what search finds: when something is published, in the same transaction, and anew for all of it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from courses.search.kinds import KINDS, Page
from courses.search.models import Passage, PassageKind
from courses.search.passages import Found, read_course, read_lesson, read_page
from courses.search.words import ASIDE, EDITION, write_stems
from courses.writing.models import Course, Lesson


@transaction.atomic
def index_lesson(*, lesson_id: int) -> None:
    """What is published of it now. What is scheduled is in no row yet, and is read when its time comes."""
    lesson = Lesson.objects.filter(pk=lesson_id, live=True).first()
    _replace(Passage.objects.filter(lesson=lesson_id), read_lesson(lesson) if lesson else (), lesson_id=lesson_id)


@transaction.atomic
def index_course(*, course_id: int) -> None:
    course = Course.objects.filter(pk=course_id, live=True).first()
    _replace(Passage.objects.filter(course=course_id), read_course(course) if course else (), course_id=course_id)


@transaction.atomic
def index_page(*, kind: str, page: Page, before: Iterable[str] = ()) -> None:
    """Of an app above, with the addresses that it had before. Whether it is published is for its kind to say."""
    known = Passage.objects.filter(kind=kind, page__in=[page.address, *before])
    _replace(known, read_page(kind, page), page=page.address)


@transaction.atomic
def index_video(*, video_id: int) -> None:
    """The captions of a video have changed: every published lesson that shows it is read again."""
    lessons = Passage.objects.filter(video=video_id).order_by("lesson").values_list("lesson", flat=True).distinct()
    for lesson_id in list(lessons):
        index_lesson(lesson_id=lesson_id)


def rebuild_search() -> int:
    """Make all of what is published findable anew. Returns how many courses, lessons and pages that were."""
    return _index_all(known=Passage.objects.none())


def complete_search() -> int:
    """The same for what was published before search knew it, or was made by an earlier edition."""
    return _index_all(known=Passage.objects.filter(edition=EDITION))


def _index_all(*, known: QuerySet[Passage]) -> int:
    known_courses = known.filter(kind=PassageKind.COURSE).values("course")
    known_lessons = known.filter(kind=PassageKind.LESSON).values("lesson")
    courses = list(Course.objects.filter(live=True).exclude(pk__in=known_courses).values_list("pk", flat=True))
    lessons = list(Lesson.objects.filter(live=True).exclude(pk__in=known_lessons).values_list("pk", flat=True))
    for course_id in courses:
        index_course(course_id=course_id)
    for lesson_id in lessons:
        index_lesson(lesson_id=lesson_id)
    known_pages = set(known.exclude(page="").values_list("kind", "page"))
    pages = [(name, page) for name, kind in KINDS.items() for page in kind.get_pages()]
    missing = [(name, page) for name, page in pages if (name, page.address) not in known_pages]
    for name, page in missing:
        index_page(kind=name, page=page)
    return len(courses) + len(lessons) + len(missing)


def _replace(before: QuerySet[Passage], found: Iterable[Found], **owner: Any) -> None:
    before.delete()
    Passage.objects.bulk_create(
        Passage(**owner, **write(one), position=position, edition=EDITION) for position, one in enumerate(found)
    )


def write(found: Found) -> dict[str, Any]:
    """The fields of its row."""
    heading = write_stems(found.heading) if found.weight else ""
    words = f"{heading}|{write_stems(found.text)}{ASIDE}{write_stems(found.alternative)}"
    fields = {name: value for name, value in found._asdict().items() if name != "alternative"}
    return fields | {"text": found.told, "heading_words": heading, "words": words}
