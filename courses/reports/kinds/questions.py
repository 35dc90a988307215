"""How hard the questions of the post-test are, how they discriminate, and which wrong choices nobody takes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2s
from typing import Any

from django.db.models import Case, JSONField, When
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.attempts import Attempt, AttemptPurpose, AttemptQuestion
from courses.assessment.models.questions import Choice, Question
from courses.assessment.scoring import MENDED, is_right_by_key
from courses.reports.drawing import draw_dots
from courses.reports.kinds.passing import with_first, write_interval
from courses.reports.queries import sum_up_subjects
from courses.reports.registry import Asked, Cell, Report, Section, Tally, by_day, new_tally, register
from courses.reports.statistics import (
    FEWEST_ANSWERS,
    REST,
    SELDOM,
    AnswerSums,
    discrimination_of,
    interval_of,
    percent_of,
)

CHUNK = 500  # attempts
LOW = 0.2
"""Below it a question tells little of who knows more: the usual rule (Ebel and Frisbie 1991)."""


@register
class Questions(Report):
    slug = "questions"
    order = 50
    title = _("Questions")
    about = _(
        "How many answer each question of the post-test right, how it discriminates, and choices that nobody takes."
    )
    icon = "help"
    is_of_one_course = True

    def count(self, since: date | None) -> Tally:
        tests = with_first(Attempt.objects.filter(purpose=AttemptPurpose.POST_TEST))
        attempts = by_day(tests, "submitted_at", since).filter(is_first=True)
        placed = {pk: (course, day) for pk, course, day in attempts.values_list("pk", "course", "day")}
        tally = new_tally()
        for keys in _in_chunks(placed):
            for attempt, answers in read_answers(keys):
                course, day = placed[attempt]
                for question, counts in count_attempt(answers):
                    tally[course, day, str(question)].update(counts)
        return tally

    def tell(self, asked: Asked) -> list[Section]:
        sums = sum_up_subjects(self.slug, asked)
        rows = Question.objects.filter(course=asked.course).only("key", "stem") if asked.course else []
        told = [(question, sums[str(question.pk)]) for question in rows if str(question.pk) in sums]
        return [tell_questions(told), tell_choices(told)] if told else []


Answered = tuple[int, bool, Any, Any]
"""Question, whether it is right by its key, the choices as they were shown, the answer."""


def read_answers(attempts: list[int]) -> Iterator[tuple[int, list[Answered]]]:
    """What was right by a key that was wrong counts for the learner, and says nothing of the question."""
    mended = Case(When(content__has_key=MENDED, then="content"), output_field=JSONField())
    rows = AttemptQuestion.objects.filter(attempt__in=attempts).order_by("attempt").annotate(mended=mended)
    answers: dict[int, list[Answered]] = defaultdict(list)
    for attempt, question, is_right, choices, answer, content in rows.values_list(
        "attempt", "question", "is_right", "content__choices", "answer", "mended"
    ):
        is_right_now = is_right_by_key(content, answer) if content else bool(is_right)
        answers[attempt].append((question, is_right_now, choices, answer))
    yield from answers.items()


def _in_chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(keys)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))


def count_attempt(answers: list[Answered]) -> Iterator[tuple[int, dict[str, int]]]:
    """What one attempt adds to the sums of each of its questions."""
    right, others = sum(is_right for _, is_right, _, _ in answers), len(answers) - 1
    for question, is_right, choices, answer in answers:
        # A test of one question has no others: it tells how hard that is, and nothing of how it discriminates.
        rest = round(REST * (right - is_right) / others) if others else 0
        counts = {"n": 1, "right": int(is_right), "rest": rest, "squares": rest**2, "both": rest * is_right}
        yield question, counts | count_choices(choices, answer)


def count_choices(choices: Any, answer: Any) -> dict[str, int]:
    """Which were shown (`s` and the key of its words) and chosen (`c`); nothing of kinds without choices."""
    if not isinstance(choices, list) or answer is None:
        return {}
    chosen = answer if isinstance(answer, list) else [answer]
    counts: dict[str, int] = {}
    for index, choice in enumerate(choices):
        key = key_of(choice["text"])
        counts[f"s{key}"] = 1
        counts[f"c{key}"] = int(index in chosen)
    return counts


def key_of(text: str) -> str:
    """Short, and another one as soon as an author changes the words."""
    return blake2s(text.encode(), digest_size=6).hexdigest()


def tell_questions(told: list[tuple[Question, Counter[str]]]) -> Section:
    rows: list[list[Cell]] = []
    dots = []
    for question, counts in told:
        sums = AnswerSums.of(counts)
        r = discrimination_of(sums)
        percent = percent_of(sums.share)
        interval = None if r is None else interval_of(r, sums.n)
        rows.append(
            [
                question.key,
                *(sums.n, percent, write_interval(sums.share)),
                None if r is None else round(r, 2),
                f"{interval[0]:.2f} … {interval[1]:.2f}" if interval else None,
                look(r),
            ]
        )
        if r is not None and percent is not None:
            dots.append((f"{question.key}: {percent} %, {r:.2f}, n = {sums.n}", percent / 100, r))
    about = gettext(
        "Of first attempts. Discrimination is the point-biserial correlation of the answer with the score over the "
        "other questions of the attempt, told from %(fewest)d answers on. By the day on which the test was handed in."
    ) % {"fewest": FEWEST_ANSWERS}
    return Section(
        key="questions",
        title=gettext("Difficulty and discrimination"),
        about=about,
        head=[
            gettext("Question"),
            gettext("n"),
            gettext("Right, percent"),
            gettext("95 percent interval"),
            gettext("Discrimination"),
            gettext("95 percent interval"),
            gettext("To look at"),
        ],
        rows=rows,
        chart=draw_dots(dots),
    )


def look(r: float | None) -> str:
    if r is None or r >= LOW:
        return ""
    return gettext("who knows less is right more often") if r < 0 else gettext("tells little")


def tell_choices(told: list[tuple[Question, Counter[str]]]) -> Section:
    """Wrong choices as they are worded today, the least chosen first."""
    questions = {question.pk: (question, counts) for question, counts in told}
    rows: list[list[Cell]] = []
    for pk, text in Choice.objects.filter(question__in=questions, is_correct=False).values_list("question", "text"):
        question, counts = questions[pk]
        shown, chosen = counts[f"s{key_of(text)}"], counts[f"c{key_of(text)}"]
        if shown >= FEWEST_ANSWERS and chosen < SELDOM * shown:
            rows.append([Truncator(strip_tags(text)).chars(120), question.key, shown, chosen])
    rows.sort(key=lambda row: (row[3], row[1]))
    about = gettext(
        "Chosen by nobody, or by fewer than %(percent)d percent of at least %(fewest)d who answered: such a choice "
        "makes the question easier and tells nothing. Answers to an earlier wording are not counted."
    ) % {"percent": round(100 * SELDOM), "fewest": FEWEST_ANSWERS}
    return Section(
        key="choices",
        title=gettext("Wrong choices that nobody takes"),
        about=about,
        head=[gettext("Choice"), gettext("Question"), gettext("n"), gettext("Chosen")],
        rows=rows,
        is_of_words=True,
    )
