"""The tests of a course: whether its questions suffice, and what tells the answers."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from core.faults import Found, rule
from courses.faults.known import KnownQuestion
from courses.faults.reading import CourseText, QuestionText
from courses.writing.models import Course, Explain, count_to_pass

BANK_FOR_EACH_DRAWN = 5
"""What a course must have published to explain after each attempt (decision 23); `tell_open_book` says the number."""
DRAWN = ("post_test_questions", "pre_test_questions")
PASS_MARKS = range(70, 91)
"""Percent. 70 to 80 is common practice; the office of CME decides."""
FEWEST_TO_TELL = 8
"""Questions of one right choice, below which nothing is said of where their keys stand."""
OFTEN = 0.6


class Pools(NamedTuple):
    all: list[KnownQuestion]
    in_words: list[KnownQuestion]
    """Of who cannot read images (decision 63)."""
    without_words: list[str]
    """The keys of those with a picture for which none in words is published."""


def get_pools(course: CourseText) -> Pools:
    """What is published, as `courses.writing.pools` says it to the database."""
    live = [question for question in course.known.questions_of.get(course.pk or 0, ()) if question.live]
    drawn = [question for question in live if question.use == "test"]
    told = {question.stands_for for question in live if question.stands_for}
    in_words = [
        question
        for question in live
        if (question.use == "test" and question.image is None)
        or (question.use == "words" and question.stands_for_use == "test")
    ]
    return Pools(drawn, in_words, [question.key for question in drawn if question.image and question.pk not in told])


@rule("course-small-pool", Course, stops=True)
def tests_have_their_questions(course: CourseText) -> Iterator[Found]:
    """As many questions are published as the tests draw (decision 43)."""
    pool = len(get_pools(course).all)
    for name in DRAWN:
        if (drawn := getattr(course, name)) > pool:
            yield Found(tell_pool(drawn=drawn, pool=pool), name)


@rule("course-small-pool-in-words", Course, stops=True)
def tests_in_words_are_as_long(course: CourseText) -> Iterator[Found]:
    """Who cannot read images is asked as many questions as anybody (decision 63)."""
    pools = get_pools(course)
    for name in DRAWN:
        if len(pools.in_words) < (drawn := getattr(course, name)) <= len(pools.all):
            told = tell_pool_in_words(drawn=drawn, pool=len(pools.in_words), missing=pools.without_words)
            yield Found(told, name)


@rule("course-open-book", Course, stops=True)
def explained_at_once_needs_a_bank(course: CourseText) -> Iterator[Found]:
    """Explained after each attempt, a test draws from five times its questions (decision 23)."""
    pool = len(get_pools(course).all)
    if course.explain == Explain.ALWAYS and pool < course.post_test_questions * BANK_FOR_EACH_DRAWN:
        yield Found(tell_open_book(drawn=course.post_test_questions, pool=pool), "explain")


@rule("course-thin-pool", Course)
def bank_is_five_draws(course: CourseText) -> Iterator[Found]:
    """A test that may be taken again draws from five times its questions."""
    pool, drawn = len(get_pools(course).all), course.post_test_questions
    if course.explain != Explain.ALWAYS and drawn <= pool < drawn * BANK_FOR_EACH_DRAWN:
        told = gettext(
            "%(pool)d questions of the tests are published, and %(drawn)d are drawn: with fewer than %(needed)d, a "
            "second attempt asks much of the first again. Write more, or draw fewer."
        )
        yield Found(told % {"pool": pool, "drawn": drawn, "needed": drawn * BANK_FOR_EACH_DRAWN}, "post_test_questions")


@rule("course-pass-mark", Course)
def pass_mark_is_usual(course: CourseText) -> Iterator[Found]:
    """The pass mark is about that of other providers of credit, 70 to 90 percent."""
    if course.passing_score not in PASS_MARKS:
        told = gettext("Pass at {percent}%: other providers ask for 70 to 80. Have a reason that can be told.")
        yield Found(told.format(percent=course.passing_score), "passing_score")


@rule("course-pass-mark-in-questions", Course)
def pass_mark_is_what_it_says(course: CourseText) -> Iterator[Found]:
    """What must be right comes to about the pass mark that is told."""
    drawn = course.post_test_questions
    needed = count_to_pass(drawn, course.passing_score)
    percent = round(100 * needed / drawn) if drawn else 0
    if percent - course.passing_score > 5:
        told = gettext("{score}% of {drawn} questions are {needed}, which is {percent}%: say {percent}, or draw more.")
        given = {"score": course.passing_score, "drawn": drawn, "needed": needed, "percent": percent}
        yield Found(told.format(**given), "passing_score")


def read_singles(course: CourseText) -> list[QuestionText]:
    """Of the course's questions that are looked at together with it: those with one right choice."""
    return [
        question
        for question in course.known.questions_asked
        if question.course == course.pk
        and len(question.choices) > 1
        and sum(bool(choice.is_correct) for choice in question.choices) == 1
    ]


@rule("course-keys-longest", Course)
def keys_are_not_the_longest(course: CourseText) -> Iterator[Found]:
    """The right choice is not mostly the longest."""
    singles = read_singles(course)
    n = sum(max(question.choices, key=lambda choice: len(choice.text)).is_correct for question in singles)
    if len(singles) >= FEWEST_TO_TELL and n > OFTEN * len(singles):
        told = gettext("In {n} of {all} questions the right choice is the longest: who guesses finds it.")
        yield Found(told.format(n=n, all=len(singles)))


@rule("course-keys-in-one-place", Course)
def keys_stand_anywhere(course: CourseText) -> Iterator[Found]:
    """The right choice does not mostly stand in one place, where choices are written and exported unshuffled."""
    singles = read_singles(course)
    places = Counter(
        next(place for place, choice in enumerate(question.choices, 1) if choice.is_correct) for question in singles
    )
    for place, n in places.most_common(1):
        if len(singles) >= FEWEST_TO_TELL and n > OFTEN * len(singles):
            told = gettext("In {n} of {all} questions the right choice is number {place}: put it elsewhere in some.")
            yield Found(told.format(n=n, all=len(singles), place=place))


def tell_pool(*, drawn: int, pool: int) -> str:
    told = ngettext(
        "%(drawn)d are to be drawn, and %(pool)d question of the tests is published: publish more, or draw fewer.",
        "%(drawn)d are to be drawn, and %(pool)d questions of the tests are published: publish more, or draw fewer.",
        pool,
    )
    return told % {"drawn": drawn, "pool": pool}


def tell_pool_in_words(*, drawn: int, pool: int, missing: list[str]) -> str:
    told = gettext(
        "%(drawn)d are to be drawn, and who cannot read images can be asked %(pool)d: "
        "publish the questions in words that stand for %(missing)s."
    )
    return told % {"drawn": drawn, "pool": pool, "missing": ", ".join(missing)}


def tell_open_book(*, drawn: int, pool: int) -> str:
    told = gettext(
        "Explained after each attempt, the next is an open book with fewer than five questions for each that is drawn: "
        "%(needed)d of the tests are needed, and %(pool)d published. Publish more, draw fewer, or explain once passed."
    )
    return told % {"pool": pool, "needed": drawn * BANK_FOR_EACH_DRAWN}
