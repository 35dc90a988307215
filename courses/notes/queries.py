"""Learners' own notes. Nobody else reads them, staff included: every getter asks for the owner."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from courses.notes.models import Note
from courses.writing.models import Course, Lesson, LessonRendering
from courses.writing.queries import may_open

# For a statement that reads more of the learner and asks this along.
HAS_NOTES = "EXISTS (SELECT 1 FROM courses_note note WHERE note.user_id = %s AND note.lesson_id = %s)"

# A block's opening tag as `render_lesson` writes it.
OPENING = re.compile(r'<section class="block \w+" id="b-([^"]*)"[^>]*>')
TAG = re.compile(r"<[^>]*>")


def get_blocks(text: str) -> dict[str, str]:
    """The HTML of each block of a lesson's HTML by the block's id, in order."""
    _, *parts = OPENING.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def get_words(block: str) -> str:
    """What a block's HTML says, with one space between the words."""
    return " ".join(html.unescape(TAG.sub(" ", block)).split())


def squeeze(text: str) -> str:
    """Without any white space, which browsers see differently from one element to the next."""
    return "".join(text.split())


@dataclass(frozen=True)
class OwnNote:
    """A note beside the text as it is published today."""

    note: Note
    is_open: bool
    is_changed: bool
    position: tuple[int, int]


@dataclass(frozen=True)
class LessonNotes:
    lesson: Lesson
    is_open: bool
    notes: list[OwnNote]


@dataclass(frozen=True)
class CourseNotes:
    course: Course
    lessons: list[LessonNotes]


class _Text:
    """A lesson's text of today, read once however many notes are compared with it."""

    def __init__(self, text: str) -> None:
        self.blocks = get_blocks(text)

    @cached_property
    def words(self) -> dict[str, str]:
        return {block: squeeze(html.unescape(TAG.sub("", inner))) for block, inner in self.blocks.items()}

    @cached_property
    def positions(self) -> dict[str, int]:
        return {block: position for position, block in enumerate(self.blocks, start=1)}

    def place(self, note: Note) -> tuple[int, int]:
        """Which block, and how far into it, by characters or by the second."""
        begin = squeeze(note.quote or note.place.removesuffix(" …"))
        within = self.words.get(note.block, "").find(begin) if note.second is None else note.second
        return self.positions.get(note.block, 0), within

    def lacks(self, note: Note) -> bool:
        if note.block not in self.words:
            return bool(note.block)
        return squeeze(note.quote) not in self.words[note.block]


def get_note_for(user: User, note_id: int) -> Note:
    note: Note | None = _get_notes(user).filter(pk=note_id).first()
    if note is None:
        raise Http404("There is no such note.")
    return note


def count_notes(user: User) -> int:
    return Note.objects.filter(user=user).count()


def get_courses_with_notes(user: User) -> list[Course]:
    courses = Course.objects.filter(modules__lessons__notes__user=user).distinct()
    return list(courses.order_by("position", "title").only("slug", "title", "position"))


def get_notes_for(user: User, *, lesson: Lesson) -> LessonNotes:
    """The learner's notes on one lesson, in the order of its text."""
    notes = list(_get_notes(user).filter(lesson=lesson))
    return _compare(user, lesson, notes, _get_texts([lesson.pk]))


def get_notes_in(user: User, text: LessonRendering) -> LessonNotes:
    """The same beside a text that this learner has open. One query."""
    notes = list(Note.objects.filter(user=user, lesson=text.lesson_id).order_by("created_at", "pk"))
    for note in notes:
        note.lesson = text.lesson
    return _compare(user, text.lesson, notes, {text.lesson_id: _Text(text.html)})


def get_all_notes(user: User, *, course: str = "", kind: str = "") -> list[CourseNotes]:
    """Every note of the learner by course and lesson, in the order of the texts."""
    notes = _get_notes(user)
    if course:
        notes = notes.filter(lesson__module__course__slug=course)
    if kind:
        notes = notes.filter(kind=kind)
    found = list(notes)
    texts = _get_texts({note.lesson_id for note in found})
    lessons = [_compare(user, lesson, list(group), texts) for lesson, group in groupby(found, key=attrgetter("lesson"))]
    return [
        CourseNotes(course, list(group)) for course, group in groupby(lessons, key=attrgetter("lesson.module.course"))
    ]


def _get_notes(user: User) -> QuerySet[Note]:
    return (
        Note.objects.filter(user=user)
        .select_related("lesson__module__course")
        .defer("lesson__body", "lesson__module__course__description")
        .order_by(
            *(f"lesson__module__course__{field}" for field in ("position", "title", "pk")),
            *(f"lesson__module__{field}" for field in ("position", "pk")),
            *("lesson__position", "lesson", "created_at", "pk"),
        )
    )


def _get_texts(lessons: Iterable[int]) -> dict[int, _Text]:
    """What is published of these lessons, by the lesson's number."""
    found = LessonRendering.objects.readable().filter(lesson__in=lessons)
    return {lesson: _Text(text) for lesson, text in found.values_list("lesson", "html")}


def _compare(user: User, lesson: Lesson, notes: list[Note], texts: dict[int, _Text]) -> LessonNotes:
    text = texts.get(lesson.pk)
    is_open = text is not None and may_open(user, lesson)
    own = [
        OwnNote(
            note=note,
            is_open=is_open,
            is_changed=text is not None and text.lacks(note),
            position=text.place(note) if text is not None else (0, 0),
        )
        for note in notes
    ]
    own.sort(key=attrgetter("position"))
    return LessonNotes(lesson, is_open, own)
