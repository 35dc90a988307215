"""What search finds of a reader's own, read live: notes, and explanations that the reader was told."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.durations import clock
from courses.assessment.models.attempts import AttemptPurpose, AttemptQuestion, CheckAnswer
from courses.assessment.models.questions import QuestionUse
from courses.assessment.queries.explanations import told_to
from courses.notes.models import Note, NoteKind
from courses.search.asking import Question
from courses.search.excerpts import get_excerpt, mark
from courses.search.passages import plain
from courses.search.results import Result, get_place
from courses.search.words import write_stems
from courses.writing.models import Lesson, LessonRendering
from courses.writing.queries import Reader, get_open_lessons, may_open_everything

# The newest of one's own that are searched: they are read and compared one by one.
MOST_NOTES = 1000
MOST_CHARACTERS = 60_000
MOST_QUESTIONS = 200


class Own(NamedTuple):
    """Something of the reader's own, with the words that it is found by."""

    words: str
    show: Callable[[Question], Result]


class OwnNote(NamedTuple):
    """Most notes are not shown: the row is read of those that are."""

    words: str
    pk: int


def get_notes(user: Reader, course: str) -> list[OwnNote]:
    notes = Note.objects.filter(user=user.pk, lesson__live=True, lesson__module__course__live=True)
    if course:
        notes = notes.filter(lesson__module__course__slug=course)
    texts = notes.order_by("-updated_at", "-pk").values_list("pk", "text", "quote", "place")[:MOST_NOTES]
    return [OwnNote(write_stems(text), pk) for pk, text in _take_newest(texts)]


def show_notes(found: Sequence[OwnNote], question: Question) -> list[Result]:
    if not found:
        return []
    notes = Note.objects.select_related("lesson__module__course")
    rows = notes.defer("lesson__body", "lesson__module__course__description").in_bulk([note.pk for note in found])
    return [_show_note(rows[note.pk], question) for note in found if note.pk in rows]


def get_told(user: Reader, course: str) -> list[Own]:
    return [*_get_questions(user, course), *_get_checks(user, course)]


def _get_questions(user: Reader, course: str) -> list[Own]:
    """Those of post-tests that were handed in, whose answers the reader is told; each as it was answered last."""
    if not user.is_authenticated or not may_open_everything(user):
        return []
    handed_in = {"attempt__submitted_at__isnull": False, "attempt__purpose": AttemptPurpose.POST_TEST}
    asked = (
        AttemptQuestion.objects.filter(told_to(user, course="attempt__course"), attempt__user=user.pk, **handed_in)
        .select_related("attempt__course")
        .defer("attempt__course__description")
        .order_by("-attempt__submitted_at", "position")
    )
    if course:
        asked = asked.filter(attempt__course__slug=course)
    latest: dict[int, AttemptQuestion] = {}
    for row in asked[:MOST_QUESTIONS]:
        latest.setdefault(row.question_id, row)
    return [_read_question(row) for row in latest.values()]


def _get_checks(user: Reader, course: str) -> list[Own]:
    """Those that were answered, as they were then, in lessons that show them and are open to the reader now."""
    answers = CheckAnswer.objects.filter(user=user.pk, question__live=True, question__use=QuestionUse.CHECK).order_by(
        "-answered_at", "-pk"
    )[:MOST_QUESTIONS]
    if not answers:
        return []
    texts = (
        LessonRendering.objects.published()
        .filter(lesson__in=get_open_lessons(user))
        .select_related("lesson__module__course")
        .defer("html", "lesson__body", "lesson__module__course__description")
        .order_by("lesson__module__course__position", "lesson__module__position", "lesson__position")
    )
    if course:
        texts = texts.filter(lesson__module__course__slug=course)
    lessons: dict[int, Lesson] = {}
    for text in texts:
        for question_id in text.question_ids:
            lessons.setdefault(question_id, text.lesson)
    return [_read_check(answer, lessons[answer.question_id]) for answer in answers if answer.question_id in lessons]


def _take_newest(notes: Iterable[tuple[int, str, str, str]]) -> Iterator[tuple[int, str]]:
    """Of notes, newest first, as many as are read in a blink: stemming is the work of a search."""
    characters = 0
    for pk, *parts in notes:
        text = get_text(*parts)
        characters += len(text)
        if characters > MOST_CHARACTERS:
            return
        yield pk, text


def get_text(text: str, quote: str, place: str) -> str:
    return " ".join(filter(None, [text, quote or place]))


def _show_note(note: Note, question: Question) -> Result:
    text, second = get_text(note.text, note.quote, note.place), note.second
    title = note.lesson.title if second is None else f"{note.lesson.title}, {clock(second)}"
    trail = [note.lesson.module.course.title]
    kind = str(NoteKind(note.kind).label)
    return Result(kind, mark(title, question.is_hit), get_excerpt(text, question.is_hit), note.url, trail)


def _read_question(row: AttemptQuestion) -> Own:
    attempt = row.attempt

    def get_url() -> str:
        return f"{reverse('attempt', args=[attempt.course.slug, attempt.pk])}#question-{row.position}"

    return _read_told(row.content, _("Question"), get_url, [attempt.course.title])


def _read_check(answer: CheckAnswer, lesson: Lesson) -> Own:
    def get_url() -> str:
        shown = (block for block in lesson.body.raw_data if block["type"] == "question")
        block = next((block["id"] for block in shown if block["value"] == answer.question_id), "")
        return str(lesson.url) + get_place(block, None)

    return _read_told(answer.content, _("Check"), get_url, [lesson.module.course.title, lesson.title])


def _read_told(content: dict[str, Any], kind: str, get_url: Callable[[], str], trail: Sequence[str]) -> Own:
    choices = content.get("choices") or []
    told = [content.get("rationale"), *(choice.get("rationale") for choice in choices)]
    stem = plain(content.get("stem", ""))
    answers = [str(choice.get("text", "")) for choice in choices]
    text = " ".join([*(plain(one) for one in told if one), *answers])

    def show(question: Question) -> Result:
        title = mark(Truncator(stem).chars(160), question.is_hit)
        return Result(kind, title, get_excerpt(text, question.is_hit), get_url(), trail)

    return Own(f"{write_stems(stem)}|{write_stems(text)}", show)
