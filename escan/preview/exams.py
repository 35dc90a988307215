"""The tests of a course, taken in a preview as often as one likes."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from courses.assessment import drawing
from courses.assessment.errors import NoQuestions, Unanswered
from courses.assessment.forms import UnsureForm
from courses.assessment.kinds import get_kind_of
from courses.assessment.models.attempts import Attempt, AttemptPurpose, AttemptQuestion
from courses.assessment.scoring import check_answer
from courses.assessment.views.attempts import describe_attempt, find_position
from courses.errors import LearningError
from courses.writing.models import Explain
from courses.writing.queries import get_past_slugs
from escan.pages.result import describe_result, get_template
from escan.preview.lessons import tell_pool
from escan.preview.progress import find_open, has_passed, list_asked, make_attempt, see_outline
from escan.preview.showing import Place, Preview, edit_question
from escan.preview.walk import Try
from imaging.testsets.queries import get_test_set_of


def show_post_test(preview: Preview, course: str) -> HttpResponse:
    outline = see_outline(preview.text, preview.walk)
    if preview.request.method == "POST" and outline.standing.is_post_test_open:
        return begin(preview, AttemptPurpose.POST_TEST, preview.course.post_test_questions)
    if not outline.standing.is_post_test_open:
        place = Place("/pass/", gettext("Pass the lessons"))
        preview.say(gettext("Learners get here when every required lesson is completed."), place, is_press=True)
    else:
        preview.say(
            gettext("Before the first attempt learners say whose certificate it will be. Here nobody is asked.")
        )
    return show_begin(preview, "courses/assessment/post_test.html", {"outline": outline})


def show_pre_test(preview: Preview, course: str) -> HttpResponse:
    if preview.request.method == "POST":
        return begin(preview, AttemptPurpose.PRE_TEST, preview.course.pre_test_questions)
    return show_begin(preview, "courses/assessment/pre_test.html", {})


def show_begin(preview: Preview, template: str, context: dict[str, Any], *, error: str = "") -> HttpResponse:
    text, walk = preview.text, preview.walk
    if text.is_draft:
        tell_pool(preview)
    outline = see_outline(text, walk)
    pre_test = next((each for each in reversed(walk.tries) if each.purpose == AttemptPurpose.PRE_TEST), None)
    tries = [each for each in reversed(walk.tries) if each.purpose == AttemptPurpose.POST_TEST]
    context = {
        "course": text.course,
        "outline": outline,
        "attempts": [make_attempt(text, each) for each in tries],
        "attempt": make_attempt(text, pre_test) if pre_test else None,
        "is_explained_at_once": outline.is_completed or text.course.explain == Explain.ALWAYS,
        "test_set": get_test_set_of(text.course.slug, once=get_past_slugs(text.course)),
        "test_set_required": settings.TEST_SET_REQUIRED,
        "error": error,
        "form": None,
        **context,
    }
    return preview.render(template, context, status=409 if error else 200)


def begin(preview: Preview, purpose: AttemptPurpose, count: int) -> HttpResponse:
    """Draw as services.attempts does, or go on with what is open."""
    tried = find_open(preview.walk, purpose)
    if tried is None:
        rng = drawing.make_rng()
        drawn = drawing.spread(preview.text.pool, count, key=lambda question: question.objective_id, rng=rng)
        if not drawn:
            is_pre = purpose == AttemptPurpose.PRE_TEST
            template = f"courses/assessment/{'pre' if is_pre else 'post'}_test.html"
            return show_begin(preview, template, {}, error=str(NoQuestions()))
        tried = preview.walk.begin(purpose, [question.pk for question in drawn])
    return preview.redirect(get_address(preview, tried))


def pass_lessons(preview: Preview) -> HttpResponse:
    """Whoever previews need not read a whole course to see its test."""
    if preview.request.method == "POST":
        preview.walk.completed.update(lesson.pk for lesson in preview.text.lessons if lesson.is_required)
    return preview.redirect(reverse("post_test", args=[preview.course.slug]))


def get_address(preview: Preview, tried: Try) -> str:
    return reverse("attempt", args=[preview.course.slug, tried.number])


def get_try(preview: Preview, number: int) -> tuple[Try, Attempt, list[AttemptQuestion]]:
    tried = next((each for each in preview.walk.tries if each.number == number), None)
    asked = list_asked(preview.text, tried) if tried else []
    if tried is None or not asked:
        raise Http404("There is no such attempt.")
    return tried, make_attempt(preview.text, tried), asked


def show_attempt(preview: Preview, course: str, attempt_id: int) -> HttpResponse:
    _tried, attempt, asked = get_try(preview, attempt_id)
    if not attempt.is_open:
        return show_result(preview, attempt, asked)
    return show_question(preview, attempt, asked, find_position(preview.request, asked))


def show_question(
    preview: Preview, attempt: Attempt, asked: list[AttemptQuestion], position: int, error: str = "", **more: Any
) -> HttpResponse:
    preview.edit = edit_question(asked[position - 1].question)
    context = describe_attempt(attempt, asked, position, error) | more
    is_part = preview.request.htmx and preview.request.method == "POST" and not error
    template = "courses/assessment/_attempt_state.html" if is_part else "courses/assessment/attempt.html"
    return preview.render(template, context, status=409 if error or more else 200)


def show_result(preview: Preview, attempt: Attempt, asked: list[AttemptQuestion]) -> HttpResponse:
    text = preview.text
    is_told = attempt.is_passed or text.course.explain == Explain.ALWAYS or has_passed(text, preview.walk)
    return preview.render(get_template(attempt), describe_result(attempt, asked, is_told=is_told) | {"claim": None})


def take_answer(preview: Preview, course: str, attempt_id: int, position: int) -> HttpResponse:
    tried, attempt, asked = get_try(preview, attempt_id)
    address = get_address(preview, tried)
    if preview.request.method != "POST" or not attempt.is_open or not 1 <= position <= len(asked):
        return preview.redirect(f"{address}?q={position}")
    try:
        keep_answer(preview, tried, asked[position - 1])
    except LearningError as refused:
        context = {"reason": str(refused), "attempt": attempt}
        if preview.request.htmx:
            return preview.render("courses/assessment/_not_kept.html", context, status=409)
        return show_question(preview, attempt, asked, position, str(refused))
    if preview.request.htmx:
        return show_question(preview, attempt, list_asked(preview.text, tried), position)
    return preview.redirect(f"{address}?q={min(position + 1, len(asked))}")


def keep_answer(preview: Preview, tried: Try, question: AttemptQuestion) -> None:
    """As the view of learners' attempts does, in the walk."""
    sent, kind, pk = preview.request.POST, get_kind_of(question.content), question.question_id
    if not kind.is_left_open(sent):
        answer = kind.read_answer(sent)
        check_answer(question.content, answer)
        tried.answers[pk] = answer
    elif kind.can_be_emptied and sent.get("shown") != "":
        tried.answers.pop(pk, None)
    (tried.unsure.add if UnsureForm(sent)["unsure"].data else tried.unsure.discard)(pk)


def hand_in(preview: Preview, course: str, attempt_id: int) -> HttpResponse:
    tried, attempt, asked = get_try(preview, attempt_id)
    if preview.request.method != "POST" or not attempt.is_open:
        return preview.redirect(get_address(preview, tried))
    left = [question.position for question in asked if question.answer is None]
    if left and attempt.is_pre_test and "anyway" not in preview.request.POST:
        return show_question(preview, attempt, asked, left[0], left=left)
    if left and not attempt.is_pre_test:
        return show_question(preview, attempt, asked, left[0], str(Unanswered(left)))
    tried.is_handed_in = True
    return preview.redirect(get_address(preview, tried))
