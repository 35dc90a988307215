"""Answers a question to search, for one reader: what is returned, the reader may see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.durations import clock
from courses.search import own
from courses.search.asking import Manner, Question, read_question
from courses.search.excerpts import get_excerpt, get_text_address, mark
from courses.search.kinds import KINDS
from courses.search.models import Passage, PassageKind
from courses.search.queries import Titles, get_lexicon, get_locked_passages, get_passages, get_titles, get_vocabulary
from courses.search.results import LockedPlaces, Result, get_place
from courses.search.speech import find_seconds
from courses.search.spelling import correct
from courses.writing.published import get_shelf
from courses.writing.queries import Reader, get_open_lessons, may_open_everything

PAGE_SIZE = 20

Found = TypeVar("Found", own.Own, own.OwnNote)

# By the key of the lesson and the group.
LockedCounts = Counter[tuple[int, str]]

COURSES, LESSONS, VIDEOS, QUESTIONS, NOTES = "courses", "lessons", "videos", "questions", "notes"
OWN_GROUPS = {
    COURSES: _("Courses and titles"),
    LESSONS: _("In lessons"),
    VIDEOS: _("In videos"),
    QUESTIONS: _("Questions you answered"),
    NOTES: _("Your notes"),
}
GROUP_OF: dict[str, str] = {
    PassageKind.COURSE: COURSES,
    PassageKind.LESSON: COURSES,
    PassageKind.LOCKED: COURSES,
    PassageKind.TEXT: LESSONS,
    PassageKind.FIGURE: LESSONS,
    PassageKind.TABLE: LESSONS,
    PassageKind.SOURCE: LESSONS,
    PassageKind.VIDEO: VIDEOS,
}


def get_groups() -> dict[str, str | Promise]:
    return OWN_GROUPS | {kind.group: kind.group_label for kind in KINDS.values()}


def get_group(kind: str) -> str:
    return KINDS[kind].group if kind in KINDS else GROUP_OF[kind]


@dataclass
class Answer:
    question: Question
    counts: Counter[str]
    """By group, whichever of them is shown."""
    results: Sequence[Result]
    count: int
    page: int
    meant: str = ""
    """The question with other words, if some seem misspelt."""
    locked: Sequence[LockedPlaces] = ()
    """More places, in lessons that the reader cannot open, as they are taught."""

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def locked_count(self) -> int:
        return sum(lesson.places for lesson in self.locked)

    @property
    def everywhere(self) -> int:
        """Places of what is shown, whether or not the reader can open them."""
        return self.count + self.locked_count

    @property
    def has_more(self) -> bool:
        return self.count > self.page * PAGE_SIZE

    @property
    def is_loose(self) -> bool:
        return self.question.manner is Manner.ANY

    @property
    def groups(self) -> list[tuple[str, str, int]]:
        return [(name, str(label), self.counts[name]) for name, label in get_groups().items() if self.counts[name]]


def search(user: Reader, *, text: str, group: str = "", course: str = "", page: int = 1) -> Answer:
    """`group` and `course` narrow it down."""
    asked = read_question(text, get_lexicon())
    if not asked:
        return Answer(asked, Counter(), [], 0, page)
    return Search(user, course).answer(asked, text, group, page)


@dataclass
class Search:
    user: Reader
    course: str

    def answer(self, asked: Question, text: str, group: str, page: int) -> Answer:
        counts: Counter[str] = Counter()
        question, locked = asked, LockedCounts()
        for manner in asked.manners:
            question = replace(asked, manner=manner)
            counts, locked = self.count(question), self.count_locked(question)
            if counts or locked:
                break
        shown = {group} if group else set(get_groups())
        count = sum(counts[name] for name in shown)
        results = self.get_results(question, counts, shown, (page - 1) * PAGE_SIZE)
        is_unsure = question.manner is Manner.ANY or not (counts or locked)
        meant = self.get_meant(text) if is_unsure else ""
        return Answer(question, counts, results, count, page, meant, _show_locked(locked, shown))

    def count(self, question: Question) -> Counter[str]:
        kinds = self.passages.filter(question.condition).order_by().values_list("kind").annotate(Count("pk"))
        counts: Counter[str] = Counter()
        for kind, count in kinds:
            counts[get_group(kind)] += count
        counts[NOTES] = len(self._find_own(self.notes, question))
        counts[QUESTIONS] = len(self._find_own(self.told, question))
        return +counts

    def count_locked(self, question: Question) -> LockedCounts:
        """By lesson and group. A lesson whose title answers is found already, and is not counted a second time."""
        if may_open_everything(self.user):
            return LockedCounts()
        passages = self._narrow(get_locked_passages(get_open_lessons(self.user))).filter(question.condition)
        titled = self.passages.filter(question.condition, kind=PassageKind.LOCKED).order_by().values("lesson")
        rows = passages.exclude(kind=PassageKind.LESSON, lesson__in=titled).order_by().values_list("lesson", "kind")
        counts = LockedCounts()
        for lesson, kind, count in rows.annotate(Count("pk")):
            counts[lesson, get_group(kind)] += count
        return counts

    def get_results(self, question: Question, counts: Counter[str], shown: set[str], start: int) -> list[Result]:
        """A page of them: notes first, for the reader wrote them, then what is taught by its rank, then questions."""
        notes = self._find_own(self.notes, question) if NOTES in shown else []
        questions = self._find_own(self.told, question) if QUESTIONS in shown else []
        taught = sum(counts[name] for name in shown - {NOTES, QUESTIONS})
        stop = start + PAGE_SIZE
        results = own.show_notes(notes[start:stop], question)
        first, last = max(start - len(notes), 0), max(stop - len(notes), 0)
        if first < min(last, taught):
            kinds = [kind for kind in (*GROUP_OF, *KINDS) if get_group(kind) in shown]
            results += self._show_all(self._rank(question, kinds)[first:last], question)
        rest = max(start - len(notes) - taught, 0)
        return results + [one.show(question) for one in questions[rest : rest + PAGE_SIZE - len(results)]]

    def get_meant(self, text: str) -> str:
        """What finds something, where this did not."""

        def is_known(word: str) -> bool:
            return self.passages.filter(read_question(word, lexicon).condition).exists()

        lexicon = get_lexicon()
        meant = correct(text, lexicon, get_vocabulary(may_open_everything(self.user)), is_known)
        return meant if meant and self.count(read_question(meant, lexicon)) else ""

    # --- What is taught ---

    @cached_property
    def titles(self) -> Titles:
        return get_titles(self.user)

    @cached_property
    def passages(self) -> QuerySet[Passage]:
        return self._narrow(get_passages(get_open_lessons(self.user), self.titles))

    def _narrow(self, passages: QuerySet[Passage]) -> QuerySet[Passage]:
        if self.course:
            passages = passages.filter(Q(course__slug=self.course) | Q(lesson__module__course__slug=self.course))
        return passages

    def _rank(self, question: Question, kinds: list[str]) -> QuerySet[Passage]:
        """What is said, then alternative texts, then references; the heaviest first; then in the order of teaching."""
        return (
            self.passages.filter(question.condition, kind__in=kinds)
            .alias(answers=question.weight)
            .select_related("course", "lesson__module__course")
            .defer("course__description", "lesson__body", "lesson__module__course__description")
            .defer("words", "heading_words")
            .order_by(
                Case(When(kind=PassageKind.SOURCE, then=2), When(question.is_said, then=0), default=1),
                "-answers",
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
        show = self._show_of_app_above if passage.kind in KINDS else self._show_of_courses
        kind, title, url, trail = show(passage, second)
        if not passage.is_first:
            url += ("" if "#" in url else "#") + get_text_address(passage.text or passage.heading)
        hit, is_locked = question.is_hit, passage.kind == PassageKind.LOCKED
        return Result(kind, mark(title, hit), get_excerpt(passage.text, hit), url, trail, is_locked)

    def _show_of_courses(self, passage: Passage, second: int | None) -> tuple[str, str, str, list[str]]:
        kind, title, lesson = str(PassageKind(passage.kind).label), passage.heading, passage.lesson
        if lesson is None:
            return kind, title, passage.course.get_absolute_url() if passage.course else "", []
        title = title or lesson.title
        trail = [lesson.module.course.title, *[lesson.title] * bool(passage.block)]
        url = lesson.url + get_place(passage.block, second)
        return kind, f"{title}, {clock(second)}" if second else title, url, trail

    def _show_of_app_above(self, passage: Passage, _: int | None) -> tuple[str, str, str, list[str]]:
        kind, title = KINDS[passage.kind], self.titles[passage.kind][passage.page]
        trail = [title] * bool(passage.position)
        return (
            str(kind.label),
            passage.heading or title,
            kind.get_url(passage.page) + get_place(passage.block, None),
            trail,
        )

    # --- The reader's own ---

    @cached_property
    def notes(self) -> list[own.OwnNote]:
        return own.get_notes(self.user, self.course) if self.user.is_authenticated else []

    @cached_property
    def told(self) -> list[own.Own]:
        return own.get_told(self.user, self.course) if self.user.is_authenticated else []

    @staticmethod
    def _find_own(things: list[Found], question: Question) -> list[Found]:
        return [thing for thing in things if question.is_answered_by(thing.words)]


def _show_locked(counts: LockedCounts, shown: set[str]) -> tuple[LockedPlaces, ...]:
    """In the order of the courses and of their lessons."""
    by_lesson: Counter[int] = Counter()
    for (lesson, group), count in counts.items():
        by_lesson[lesson] += count if group in shown else 0
    if not by_lesson:
        return ()
    shelf = sorted(get_shelf().values(), key=lambda shelved: (shelved.course.position, shelved.course.title))
    return tuple(
        LockedPlaces(lesson.title, lesson.url, shelved.course.title, by_lesson[lesson.pk])
        for shelved in shelf
        for lesson in shelved.lessons.values()
        if by_lesson[lesson.pk]
    )
