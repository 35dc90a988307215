"""A lesson as a whole: its place, its names, its checks and its time."""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.reading import LessonText, words_of
from courses.timing.method import Load, estimate_minutes, get_method, in_whole_minutes
from courses.timing.words import NOT_READ
from courses.writing.models import Lesson

FEWEST_CHECKS = 2
LONGEST_SUMMARY = 160
"""Letters that search engines show under a title."""
OBJECTIVES = re.compile(r"\s*What you will be able to do[ .:]*", re.IGNORECASE)
"""As `courses.writing.window` looks for it."""
# Minutes, and their share, by which what a lesson says may differ from what it takes.
SLACK, SLACK_SHARE = 3, 0.5


@rule("lesson-no-module", Lesson, stops=True)
def stands_in_a_module(lesson: LessonText) -> Iterator[Found]:
    """A published lesson stands in a module, where learners find it."""
    if lesson.module is None:
        yield Found(gettext("Choose the module in which learners find it."), "module")


@rule("lesson-no-title", Lesson, stops=True)
def has_a_title(lesson: LessonText) -> Iterator[Found]:
    """A lesson has a title."""
    if not lesson.title.strip():
        yield Found(gettext("Give the lesson a title."), "title")


@rule("lesson-slug-taken", Lesson, stops=True, is_watched=False)
def has_its_own_address(lesson: LessonText) -> Iterator[Found]:
    """No other lesson has its slug."""
    for other in lesson.known.lessons.values():
        if other.slug == lesson.slug and other.pk != lesson.place.pk:
            told = gettext("The lesson “{other}” has the address “{slug}” already. Choose another.")
            yield Found(told.format(other=other.title, slug=lesson.slug), "slug")


@rule("lesson-steps-open", Lesson, stops=True)
def steps_need_an_account(lesson: LessonText) -> Iterator[Found]:
    """A lesson that opens step by step is not open to everyone (decision 62)."""
    if lesson.is_stepwise and lesson.is_preview:
        told = gettext("What opens step by step keeps answers: it cannot be open to everyone, without an account.")
        yield Found(told)


@rule("lesson-steps-none", Lesson, stops=True)
def steps_have_a_question(lesson: LessonText) -> Iterator[Found]:
    """A lesson that opens step by step has a question (decision 62)."""
    if lesson.is_stepwise and not lesson.body.checks:
        yield Found(gettext("A lesson that opens step by step needs a question: nothing would be left to open."))


@rule("lesson-empty", Lesson)
def has_a_text(lesson: LessonText) -> Iterator[Found]:
    """A lesson has something to read."""
    if not lesson.body.blocks:
        yield Found(gettext("The lesson has no text yet: write it first."), "body")


@rule("check-gone", Lesson, stops=True)
def check_is_chosen(lesson: LessonText) -> Iterator[Found]:
    """A block for a check has its question."""
    for block, pk in lesson.body.checks:
        if pk not in lesson.known.questions:
            yield Found(gettext("There is no question: choose one."), "body", block.pk)


@rule("check-of-test", Lesson, stops=True)
def check_is_none_of_the_test(lesson: LessonText) -> Iterator[Found]:
    """What is asked in a lesson is a check: a question of the tests would be told before them."""
    for block, pk in lesson.body.checks:
        question = lesson.known.questions.get(pk or 0)
        if question is not None and question.use != "check":
            told = gettext("“{key}” is a question of the tests. Choose one whose use is “Check in a lesson”.")
            yield Found(told.format(key=question.key), "body", block.pk)


@rule("check-taken-off", Lesson, stops=True, is_of_others=True)
def check_is_published(lesson: LessonText) -> Iterator[Found]:
    """A check in a lesson is published, or readers find nothing."""
    for block, pk in lesson.body.checks:
        question = lesson.known.questions.get(pk or 0)
        if question is not None and question.use == "check" and not question.live:
            told = gettext("The check “{key}” is not published: publish it first, or readers find nothing.")
            yield Found(told.format(key=question.key), "body", block.pk)


@rule("check-twice", Lesson)
def check_stands_once(lesson: LessonText) -> Iterator[Found]:
    """A check stands once in a lesson."""
    counted: Counter[int | None] = Counter(pk for _, pk in lesson.body.checks if pk in lesson.known.questions)
    for block, pk in lesson.body.checks:
        if counted[pk] > 1:
            counted[pk] = 0
            told = gettext("The check “{key}” stands there twice: keep one.")
            yield Found(told.format(key=lesson.known.questions[pk or 0].key), "body", block.pk)


@rule("lesson-few-checks", Lesson)
def has_checks(lesson: LessonText) -> Iterator[Found]:
    """A lesson has two checks or more: answering them completes it (decision 49)."""
    n = len(lesson.body.checks)
    if lesson.body.blocks and n < FEWEST_CHECKS:
        told = gettext("It has one check: give it two or more.") if n else gettext("It has no check: give it two.")
        yield Found(told, "body")


@rule("lesson-no-objectives", Lesson)
def opens_with_its_objectives(lesson: LessonText) -> Iterator[Found]:
    """A lesson opens with “What you will be able to do”: its window shows that list (decision 51)."""
    if lesson.is_stepwise or not lesson.body.blocks:
        return
    if not any(OBJECTIVES.fullmatch(words) for _, _, words in lesson.body.headings):
        told = gettext("Open with the heading “What you will be able to do” and a list: strangers see it, too.")
        yield Found(told, "body", lesson.body.blocks[0].pk)


@rule("lesson-title-twice", Lesson)
def has_its_own_title(lesson: LessonText) -> Iterator[Found]:
    """Two lessons of a course have two titles."""
    for other in lesson.known.lessons_of.get(lesson.course or 0, ()):
        if other.title.lower() == lesson.title.lower() and other.pk != lesson.place.pk:
            yield Found(gettext("Another lesson of the course has this title: name them apart."), "title")
            return


@rule("lesson-no-summary", Lesson)
def has_a_summary(lesson: LessonText) -> Iterator[Found]:
    """A lesson has a summary: it stands under its title, and in what search engines show."""
    if not lesson.summary.strip():
        yield Found(gettext("Say in one sentence what it teaches."), "summary")


@rule("lesson-long-summary", Lesson)
def summary_fits_a_search_engine(lesson: LessonText) -> Iterator[Found]:
    """A summary is shown whole by search engines."""
    if len(lesson.summary) > LONGEST_SUMMARY:
        told = gettext("The summary has {n} letters, and search engines show about {most}.")
        yield Found(told.format(n=len(lesson.summary), most=LONGEST_SUMMARY), "summary")


@rule("lesson-minutes", Lesson)
def says_how_long_it_takes(lesson: LessonText) -> Iterator[Found]:
    """The minutes of a lesson are about those that it takes by the method (decision 50).

    Where tables are drawn from data their words are not known here, and nothing is said.
    """
    if not lesson.body.blocks or lesson.body.of("rates"):
        return
    takes = measure(lesson)
    if abs(takes - lesson.minutes) > max(SLACK, SLACK_SHARE * takes):
        told = gettext("It says {said} minutes, and takes about {takes} by the method: set one or shorten the other.")
        yield Found(told.format(said=lesson.minutes, takes=takes), "minutes")


def measure(lesson: LessonText) -> int:
    """In minutes, at least one."""
    read = [block for block in lesson.body.blocks if block.kind not in NOT_READ]
    videos = [lesson.known.videos.get(pk or 0) for _, pk in lesson.body.videos]
    load = Load(
        words=sum(len(words_of(html).split()) for block in read for html in block.rich_texts),
        items=len(lesson.body.checks),
        video_seconds=sum(video.seconds for video in videos if video),
    )
    return max(1, in_whole_minutes(estimate_minutes(load, get_method())))
