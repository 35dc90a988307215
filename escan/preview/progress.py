"""How far a walk through a preview is: what learners' pages say of a learner's rows, from what was done in it."""

from dataclasses import replace
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from courses.assessment.asking import freeze
from courses.assessment.kinds import get_kind
from courses.assessment.marks import get_score
from courses.assessment.models.attempts import Attempt, AttemptPurpose, AttemptQuestion
from courses.assessment.scoring import is_right
from courses.learning.models import LessonProgress
from courses.learning.queries.outlines import Outline, OutlineLesson
from courses.learning.queries.watched import WatchedVideo
from courses.writing.models import Lesson
from escan.preview.manuscript import Manuscript
from escan.preview.walk import Try, Walk
from escan.queries import LeftForCredit, find_left_for_credit


def get_answered(text: Manuscript, walk: Walk) -> dict[int, Any]:
    """What was answered, where the question still takes it."""
    found = {}
    for pk, answer in walk.answers.items():
        question = text.questions.get(pk)
        if question is not None and get_kind(question.kind).is_answer(freeze(question, None), answer):
            found[pk] = answer
    return found


def see_outline(text: Manuscript, walk: Walk) -> Outline:
    answered = get_answered(text, walk)
    now = timezone.now()

    def see(lesson: Lesson) -> OutlineLesson:
        checks = text.get_checks(lesson)
        return OutlineLesson(
            lesson,
            is_open=lesson.live,
            progress=LessonProgress(lesson=lesson, completed_at=now) if lesson.pk in walk.completed else None,
            videos=[WatchedVideo(video) for video in text.get_videos(lesson)],
            checks=checks,
            open_checks=[pk for pk in checks if pk not in answered],
        )

    return Outline(
        course=text.course,
        modules=[(module, [see(lesson) for lesson in lessons]) for module, lessons in text.modules],
        is_completed=has_passed(text, walk),
        pool=len(text.pool),
    )


def find_left(text: Manuscript, walk: Walk, outline: Outline, learner: User) -> LeftForCredit:
    left = find_left_for_credit(learner, outline)
    tried = find_open(walk, AttemptPurpose.POST_TEST)
    return replace(left, course=replace(left.course, attempt=make_attempt(text, tried) if tried else None))


# --- Tests --------------------------------------------------------------------------------------------


def find_open(walk: Walk, purpose: AttemptPurpose) -> Try | None:
    return next((each for each in walk.tries if each.purpose == purpose and not each.is_handed_in), None)


def make_attempt(text: Manuscript, tried: Try) -> Attempt:
    """As its row would be. It has none: its questions are those of `list_asked`."""
    attempt = Attempt(
        pk=tried.number,
        course=text.course,
        purpose=tried.purpose,
        passing_score=text.course.passing_score,
        started_at=tried.began_at,
    )
    if tried.is_handed_in:
        questions = list_asked(text, tried)
        attempt.submitted_at = tried.began_at
        attempt.score = get_score(sum(each.is_right is True for each in questions), len(questions) or 1)
    return attempt


def list_asked(text: Manuscript, tried: Try) -> list[AttemptQuestion]:
    """As they stand in the manuscript now, which an author may have changed since. Those that are gone are left out."""
    asked = [text.questions[pk] for pk in tried.asked if pk in text.questions]
    return [_make_asked(tried, position, question) for position, question in enumerate(asked, start=1)]


def _make_asked(tried: Try, position: int, question: Any) -> AttemptQuestion:
    rng = Random(f"{tried.number}:{question.pk}")  # noqa: S311 - an order of choices, the same at each look
    content = freeze(question, rng)
    answer = tried.answers.get(question.pk)
    if not get_kind(question.kind).is_answer(content, answer):
        answer = None
    return AttemptQuestion(
        position=position,
        question=question,
        content=content,
        answer=answer,
        is_unsure=question.pk in tried.unsure,
        is_right=is_right(content, answer) if tried.is_handed_in else None,
    )


def has_passed(text: Manuscript, walk: Walk) -> bool:
    return any(make_attempt(text, each).is_passed for each in walk.tries if each.is_handed_in)
