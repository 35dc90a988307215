"""An attempt: its questions while it is open, its result with credit afterwards."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from cme.activities.queries import get_activity
from cme.claims.queries import get_claim
from courses.assessment.asking import describe
from courses.assessment.queries.attempts import get_attempt_for
from courses.assessment.queries.explanations import is_explained
from courses.assessment.results import get_lessons_of, get_to_go_over, score_by_objective
from courses.assessment.views.attempts import show_attempt
from courses.learning.views.locked import show_locked
from courses.models import Attempt, AttemptQuestion
from courses.writing.errors import CourseLocked
from courses.writing.queries import may_open_everything


@login_required
@never_cache
@require_safe
def attempt(request: AuthenticatedRequest, course: str, attempt_id: int) -> HttpResponse:
    """One question at a time while the attempt is open; the result afterwards."""
    found = get_attempt_for(request.user, course=course, attempt_id=attempt_id)
    if not may_open_everything(request.user):
        return show_locked(request, CourseLocked(found.course))
    return show_attempt(request, found) if found.is_open else result(request, found)


def result(request: AuthenticatedRequest, attempt: Attempt) -> HttpResponse:
    """Of a post-test every rationale, once it is explained to this learner; before, what to read again (decision 23).

    Of a pre-test no right answer at any time, and the score by objective once the post-test is explained: that draws
    from the same questions.
    """
    is_told = attempt.is_passed or is_explained(request.user, attempt.course)
    context = describe_result(attempt, list(attempt.questions.all()), is_told=is_told)
    if not attempt.is_pre_test:
        context["claim"] = get_claim(user=request.user, course=attempt.course)
    return render(request, get_template(attempt), context)


def get_template(attempt: Attempt) -> str:
    return "escan/pre_test_result.html" if attempt.is_pre_test else "escan/result.html"


def describe_result(attempt: Attempt, questions: list[AttemptQuestion], *, is_told: bool) -> dict[str, Any]:
    to_go_over = get_to_go_over(questions)
    context: dict[str, Any] = {
        "attempt": attempt,
        "course": attempt.course,
        "questions": questions,
        "correct": sum(question.is_right is True for question in questions),
        "is_told": is_told,
        "objectives": score_by_objective(questions if is_told else to_go_over),
    }
    if attempt.is_pre_test:
        return context
    missed = [each for each in questions if not each.is_right]
    told = [(each, describe(each.content, each.answer, is_told=True)) for each in questions] if is_told else []
    return context | {
        "told": told,
        "comes_back": any(question.is_unsure or not question.is_right for question in questions),
        "read_again": get_lessons_of(missed if is_told else to_go_over or questions),
        "activity": get_activity(attempt.course),
    }
