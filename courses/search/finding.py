"""Answers a question to search, for one reader: what is returned, the reader may see."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.durations import clock
from courses.assessment.models.attempts import AttemptPurpose, AttemptQuestion, CheckAnswer
from courses.assessment.models.questions import QuestionUse
from courses.notes.models import Note, NoteKind
from courses.search.asking import Manner, Question, read_question
from courses.search.excerpts import get_excerpt, get_text_address, mark
from courses.search.models import Passage, PassageKind, PassageWord
from courses.search.passages import plain
from courses.search.speech import find_seconds
from courses.search.words import read_stems
from courses.writing.models import Lesson, LessonRendering
from courses.writing.queries import Reader, get_open_lessons, may_open_everything

PAGE_SIZE = 20
# The newest of one's own that are searched: they are read and compared one by one.
MOST_NOTES = 1000
MOST_CHARACTERS = 60_000
MOST_QUESTIONS = 200
# More than all weights of a passage: with any word, what has more of the words stands first.
A_WORD_MORE = 1000

COURSES, LESSONS, VIDEOS, QUESTIONS, NOTES, PAGES = "courses", "lessons", "videos", "questions", "notes", "pages"
GROUPS = {
    COURSES: gettext_lazy("Courses and titles"),
    LESSONS: gettext_lazy("In lessons"),
    VIDEOS: gettext_lazy("In videos"),
    QUESTIONS: gettext_lazy("Questions you answered"),
    NOTES: gettext_lazy("Your notes"),
    PAGES: gettext_lazy("Help and terms"),
}
GROUP_OF = {
    PassageKind.COURSE: COURSES,
    PassageKind.LESSON: COURSES,
    PassageKind.LOCKED: COURSES,
    PassageKind.TEXT: LESSONS,
    PassageKind.FIGURE: LESSONS,
    PassageKind.TABLE: LESSONS,
    PassageKind.VIDEO: VIDEOS,
    PassageKind.PAGE: PAGES,
}


@dataclass(frozen=True)
class Result:
    kind: str
    title: SafeString
    excerpt: SafeString
    url: str
    trail: Sequence[str] = ()
    is_locked: bool = False


@dataclass(frozen=True)
class Own:
    """Something of the reader's own, with the words that it is found by."""

    stems: set[str]
    show: Callable[[Question], Result]


@dataclass
class Answer:
    question: Question
    counts: Counter[str]
    """By group, whichever of them is shown."""
    results: Sequence[Result]
    count: int
    page: int

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def has_more(self) -> bool:
        return self.count > self.page * PAGE_SIZE

    @property
    def is_loose(self) -> bool:
        return self.question.manner is Manner.ANY

    @property
    def groups(self) -> list[tuple[str, str, int]]:
        return [(name, str(label), self.counts[name]) for name, label in GROUPS.items() if self.counts[name]]


def search(
    user: Reader, *, text: str, pages: Mapping[str, str], group: str = "", course: str = "", page: int = 1
) -> Answer:
    """`pages` are the information pages that are published, titles by address; `group` and `course` narrow it down."""
    asked = read_question(text)
    if not asked:
        return Answer(asked, Counter(), [], 0, page)
    return Search(user, pages, course).answer(asked, group, page)


@dataclass
class Search:
    user: Reader
    pages: Mapping[str, str]
    course: str

    def answer(self, asked: Question, group: str, page: int) -> Answer:
        counts: Counter[str] = Counter()
        question = asked
        for manner in asked.manners:
            question = replace(asked, manner=manner)
            counts = self.count(question)
            if counts:
                break
        shown = {group} if group else set(GROUPS)
        count = sum(counts[name] for name in shown)
        results = self.get_results(question, counts, shown, (page - 1) * PAGE_SIZE)
        return Answer(question, counts, results, count, page)

    def count(self, question: Question) -> Counter[str]:
        kinds = self.passages.filter(*self._conditions(question)).order_by().values_list("kind").annotate(Count("pk"))
        counts: Counter[str] = Counter()
        for kind, count in kinds:
            counts[GROUP_OF[PassageKind(kind)]] += count
        for name, own in self.own.items():
            if found := sum(question.is_answered_by(one.stems) for one in own):
                counts[name] = found
        return counts

    def get_results(self, question: Question, counts: Counter[str], shown: set[str], start: int) -> list[Result]:
        """A page of them: notes first, for the reader wrote them, then what is taught by its rank, then questions."""
        stop = start + PAGE_SIZE
        notes = self._get_own(NOTES, question, shown)
        kinds = [kind for kind, name in GROUP_OF.items() if name in shown and counts[name]]
        taught = sum(counts[name] for name in set(map(GROUP_OF.__getitem__, kinds)))
        results = [note.show(question) for note in notes[start:stop]]
        first, last = max(start - len(notes), 0), max(stop - len(notes), 0)
        if kinds and first < min(last, taught):
            results += self._show_all(self._rank(question, kinds)[first:last], question)
        rest = max(start - len(notes) - taught, 0)
        questions = self._get_own(QUESTIONS, question, shown)
        return results + [one.show(question) for one in questions[rest : rest + PAGE_SIZE - len(results)]]

    def _get_own(self, name: str, question: Question, shown: set[str]) -> list[Own]:
        return [one for one in self.own[name] if question.is_answered_by(one.stems)] if name in shown else []

    # --- What is taught ---

    @cached_property
    def open_lessons(self) -> QuerySet[Lesson]:
        return get_open_lessons(self.user)

    @cached_property
    def passages(self) -> QuerySet[Passage]:
        """All that this reader may find. Of a locked lesson that is the title alone."""
        is_open = Q(lesson__in=self.open_lessons.order_by().values("pk"))
        locked = Q(kind=PassageKind.LOCKED, lesson__live=True, lesson__module__course__live=True) & ~is_open
        visible = (
            is_open & ~Q(kind=PassageKind.LOCKED)
            | locked
            | Q(course__live=True)
            | Q(kind=PassageKind.PAGE, page__in=list(self.pages))
        )
        passages = Passage.objects.filter(visible)
        if self.course:
            passages = passages.filter(Q(course__slug=self.course) | Q(lesson__module__course__slug=self.course))
        return passages

    def _conditions(self, question: Question) -> list[Q]:
        return [Q(pk__in=PassageWord.objects.filter(met).values("passage")) for met in question.conditions]

    def _rank(self, question: Question, kinds: list[PassageKind]) -> QuerySet[Passage]:
        """The heaviest first; of the same weight, in the order in which they are taught."""
        met = Q()
        for condition in question.conditions:
            met |= condition
        weight = Sum("weight") + (Count("pk") * A_WORD_MORE if question.manner is Manner.ANY else Value(0))
        words = PassageWord.objects.filter(met, passage=OuterRef("pk")).order_by().values("passage")
        return (
            self.passages.filter(*self._conditions(question), kind__in=kinds)
            .annotate(weight=Subquery(words.annotate(total=weight).values("total")))
            .select_related("course", "lesson__module__course")
            .defer("course__description", "lesson__body", "lesson__module__course__description")
            .order_by(
                "-weight",
                Coalesce("course__position", "lesson__module__course__position", Value(0)),
                Coalesce("lesson__module__position", Value(0)),
                Coalesce("lesson__position", Value(0)),
                F("lesson").asc(nulls_first=True),
                "position",
                "pk",
            )
        )

    def _show_all(self, passages: QuerySet[Passage], question: Question) -> list[Result]:
        seconds = find_seconds(passages, question.is_hit)
        return [self._show(passage, question, seconds.get(passage.pk, passage.second)) for passage in passages]

    def _show(self, passage: Passage, question: Question, second: int | None) -> Result:
        lesson, hit = passage.lesson, question.is_hit
        is_locked = passage.kind == PassageKind.LOCKED
        if lesson is None:
            title = passage.heading or self.pages[passage.page]
            url = passage.course.get_absolute_url() if passage.course else reverse(passage.page)
            trail = [self.pages[passage.page]] if passage.page and passage.position else []
        else:
            title = passage.heading or lesson.title
            url = lesson.url + get_place(passage.block, second)
            trail = [lesson.module.course.title, *[lesson.title] * bool(passage.block)]
        if not passage.is_first:
            url += ("" if "#" in url else "#") + get_text_address(passage.text or passage.heading)
        if second:
            title = f"{title}, {clock(second)}"
        kind = PassageKind(passage.kind)
        return Result(str(kind.label), mark(title, hit), get_excerpt(passage.text, hit), url, trail, is_locked)

    # --- The reader's own ---

    @cached_property
    def own(self) -> dict[str, list[Own]]:
        if not self.user.is_authenticated:
            return {NOTES: [], QUESTIONS: []}
        return {NOTES: self._get_notes(), QUESTIONS: [*self._get_questions(), *self._get_checks()]}

    def _get_notes(self) -> list[Own]:
        notes = (
            Note.objects.filter(user=self.user.pk, lesson__live=True, lesson__module__course__live=True)
            .select_related("lesson__module__course")
            .defer("lesson__body", "lesson__module__course__description")
            .order_by("-updated_at", "-pk")
        )
        if self.course:
            notes = notes.filter(lesson__module__course__slug=self.course)
        return [read_note(note) for note in take_newest(notes[:MOST_NOTES])]

    def _get_questions(self) -> list[Own]:
        """Those of post-tests that were handed in, whose answers the reader was told; each as it was answered last."""
        if not may_open_everything(self.user):
            return []
        told = {"attempt__submitted_at__isnull": False, "attempt__purpose": AttemptPurpose.POST_TEST}
        asked = (
            AttemptQuestion.objects.filter(attempt__user=self.user.pk, **told)
            .select_related("attempt__course")
            .defer("attempt__course__description")
            .order_by("-attempt__submitted_at", "position")
        )
        if self.course:
            asked = asked.filter(attempt__course__slug=self.course)
        latest: dict[int, AttemptQuestion] = {}
        for row in asked[:MOST_QUESTIONS]:
            latest.setdefault(row.question_id, row)
        return [read_question_of(row) for row in latest.values()]

    def _get_checks(self) -> list[Own]:
        """Those that were answered, as they were then, in lessons that show them and are open to the reader now."""
        answers = CheckAnswer.objects.filter(
            user=self.user.pk, question__live=True, question__use=QuestionUse.CHECK
        ).order_by("-answered_at", "-pk")[:MOST_QUESTIONS]
        if not answers:
            return []
        texts = (
            LessonRendering.objects.published()
            .filter(lesson__in=self.open_lessons)
            .select_related("lesson__module__course")
            .defer("html", "lesson__body", "lesson__module__course__description")
            .order_by("lesson__module__course__position", "lesson__module__position", "lesson__position")
        )
        if self.course:
            texts = texts.filter(lesson__module__course__slug=self.course)
        lessons: dict[int, Lesson] = {}
        for text in texts:
            for question_id in text.question_ids:
                lessons.setdefault(question_id, text.lesson)
        return [
            read_check_of(answer, lessons[answer.question_id]) for answer in answers if answer.question_id in lessons
        ]


def get_place(block: str, second: int | None) -> str:
    """The part of a lesson's address that names a block, or a second of a video."""
    if not block:
        return ""
    return f"#b-{block}" if second is None else f"#b-{block}@{second}"


def take_newest(notes: QuerySet[Note]) -> Iterator[Note]:
    """Of notes, newest first, as many as are read in a blink: stemming is the work of a search."""
    characters = 0
    for note in notes:
        characters += len(get_words_of(note))
        if characters > MOST_CHARACTERS:
            return
        yield note


def get_words_of(note: Note) -> str:
    return " ".join(filter(None, [note.text, note.quote or note.place]))


def read_note(note: Note) -> Own:
    text = get_words_of(note)

    def show(question: Question) -> Result:
        second = note.second
        title = note.lesson.title if second is None else f"{note.lesson.title}, {clock(second)}"
        url = note.url
        trail = [note.lesson.module.course.title]
        kind = str(NoteKind(note.kind).label)
        return Result(kind, mark(title, question.is_hit), get_excerpt(text, question.is_hit), url, trail)

    return Own(set(read_stems(text)), show)


def read_question_of(row: AttemptQuestion) -> Own:
    attempt = row.attempt

    def get_url() -> str:
        return f"{reverse('attempt', args=[attempt.course.slug, attempt.pk])}#question-{row.position}"

    return read_told(row.content, _("Question"), get_url, [attempt.course.title])


def read_check_of(answer: CheckAnswer, lesson: Lesson) -> Own:
    def get_url() -> str:
        shown = (block for block in lesson.body.raw_data if block["type"] == "question")
        block = next((block["id"] for block in shown if block["value"] == answer.question_id), "")
        return str(lesson.url) + get_place(block, None)

    return read_told(answer.content, _("Check"), get_url, [lesson.module.course.title, lesson.title])


def read_told(content: dict[str, Any], kind: str, get_url: Callable[[], str], trail: Sequence[str]) -> Own:
    choices = content.get("choices") or []
    told = [content.get("rationale"), *(choice.get("rationale") for choice in choices)]
    stem = plain(content.get("stem", ""))
    answers = [str(choice.get("text", "")) for choice in choices]
    text = " ".join([*(plain(one) for one in told if one), *answers])

    def show(question: Question) -> Result:
        title = mark(Truncator(stem).chars(160), question.is_hit)
        return Result(kind, title, get_excerpt(text, question.is_hit), get_url(), trail)

    return Own({*read_stems(stem), *read_stems(text)}, show)
