"""A learner's attempts at tests."""

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404

from accounts.models import User
from courses.assessment.models.attempts import Attempt, AttemptPurpose
from courses.assessment.models.questions import Question
from courses.writing.models import Course, Lesson


def get_open_attempt(
    *, user: User, course: Course, purpose: AttemptPurpose = AttemptPurpose.POST_TEST
) -> Attempt | None:
    return Attempt.objects.filter(user=user, course=course, purpose=purpose, submitted_at=None).first()


def get_attempts(*, user: User, course: Course) -> QuerySet[Attempt]:
    """At the post-test."""
    attempts = Attempt.objects.filter(user=user, course=course, purpose=AttemptPurpose.POST_TEST)
    return attempts.order_by("-started_at")


def get_pre_test(*, user: User, course: Course) -> Attempt | None:
    """There is at most one, open or handed in."""
    return Attempt.objects.filter(user=user, course=course, purpose=AttemptPurpose.PRE_TEST).first()


def get_attempt_for(user: User, *, course: str, attempt_id: int) -> Attempt:
    """The learner's own attempt with its questions, and once it is handed in, with the lessons that teach them.

    Another's is not there (404).
    """
    attempt = (
        Attempt.objects.filter(pk=attempt_id, user=user, course__slug=course)
        .select_related("course")
        .defer("course__description")
        .first()
    )
    if attempt is None:
        raise Http404("There is no such attempt.")
    prefetch_related_objects([attempt], *(["questions"] if attempt.is_open else get_taught()))
    return attempt


def get_taught() -> "list[Prefetch[Any]]":
    """The questions of attempts with their lessons, by title and address."""
    lessons = Lesson.objects.select_related("module__course").defer("body", "module__course__description")
    return [
        Prefetch("questions__question", Question.objects.only("lesson")),
        Prefetch("questions__question__lesson", lessons),
    ]
