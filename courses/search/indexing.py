"""Writes what search finds: when something is published, in the same transaction, and anew for all of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from courses.search.models import Passage, PassageKind, PassageWord
from courses.search.passages import Found, read_course, read_lesson, read_page
from courses.search.words import EDITION, read_stems

# A word of a title outweighs all that a text can say of it, one of a heading outweighs one of its text.
TITLE, HEADING, TEXT = 20, 8, 2
# A word said again and again counts this often.
MOST_REPEATED = 3
TITLED = {PassageKind.COURSE, PassageKind.LESSON, PassageKind.LOCKED}
ROWS_AT_ONCE = 2000


@transaction.atomic
def index_lesson(*, lesson_id: int) -> None:
    """What is published of it now. What is scheduled is in no row yet, and is read when its time comes."""
    lesson = _published("Lesson").filter(pk=lesson_id).first()
    _replace(Passage.objects.filter(lesson=lesson_id), read_lesson(lesson) if lesson else (), lesson_id=lesson_id)


@transaction.atomic
def index_course(*, course_id: int) -> None:
    course = _published("Course").filter(pk=course_id).first()
    _replace(Passage.objects.filter(course=course_id), read_course(course) if course else (), course_id=course_id)


@transaction.atomic
def index_page(*, slug: str, title: str, summary: str, body: str) -> None:
    """An information page. Whether it is published is for the reader to say (`courses.search.finding`)."""
    _replace(Passage.objects.filter(page=slug), read_page(title=title, summary=summary, body=body), page=slug)


@transaction.atomic
def index_video(*, video_id: int) -> None:
    """The captions of a video have changed: every published lesson that shows it is read again."""
    lessons = Passage.objects.filter(video=video_id).order_by("lesson").values_list("lesson", flat=True).distinct()
    for lesson_id in list(lessons):
        index_lesson(lesson_id=lesson_id)


def get_pages() -> QuerySet[Passage, str]:
    """The addresses of the information pages that are known in this edition."""
    return Passage.objects.filter(kind=PassageKind.PAGE, edition=EDITION).values_list("page", flat=True)


def rebuild_search() -> int:
    """Make all of what is published in courses findable anew. Returns how many courses and lessons that were."""
    return _index_all(known=Passage.objects.none())


def complete_search() -> int:
    """The same for what was published before search knew it, or was made by an earlier edition."""
    return _index_all(known=Passage.objects.filter(edition=EDITION))


def _index_all(*, known: QuerySet[Passage]) -> int:
    courses = _ids("Course").difference(known.filter(kind=PassageKind.COURSE).values_list("course", flat=True))
    lessons = _ids("Lesson").difference(known.filter(kind=PassageKind.LESSON).values_list("lesson", flat=True))
    for course_id in courses:
        index_course(course_id=course_id)
    for lesson_id in lessons:
        index_lesson(lesson_id=lesson_id)
    return len(courses) + len(lessons)


def _ids(model: str) -> set[int]:
    return set(_published(model).values_list("pk", flat=True))


def _published(model: str) -> QuerySet[Any]:
    """The row of what is live holds what was published. (The models publish through this module, and load first.)"""
    rows: QuerySet[Any] = apps.get_model("courses", model)._default_manager.filter(live=True)
    return rows


def _replace(before: QuerySet[Passage], found: Iterable[Found], **owner: Any) -> None:
    before.delete()
    passages = Passage.objects.bulk_create(
        Passage(**owner, **one._asdict(), position=position, edition=EDITION) for position, one in enumerate(found)
    )
    words = [word for passage in passages for word in weigh(passage)]
    PassageWord.objects.bulk_create(words, batch_size=ROWS_AT_ONCE)


def weigh(passage: Passage) -> Iterator[PassageWord]:
    is_title = passage.kind in TITLED or (passage.kind == PassageKind.PAGE and passage.position == 0)
    weights: Counter[str] = Counter()
    for stem, count in Counter(read_stems(passage.text)).items():
        weights[stem] += TEXT * min(count, MOST_REPEATED)
    # The title of a film leads to its beginning, and not to every half minute of what is said in it.
    is_speech = passage.kind == PassageKind.VIDEO and passage.text
    for stem in set(read_stems("" if is_speech else passage.heading)):
        weights[stem] += TITLE if is_title else HEADING
    return (PassageWord(passage=passage, stem=stem, weight=weight) for stem, weight in weights.items())
