from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.forms import InWordsForm, ProfileForm
from accounts.http import AuthenticatedRequest
from accounts.services import keep_reads_in_words, update_profile
from core.http import HtmxRequest, post_only
from courses.assessment.asking import describe
from courses.assessment.errors import FactsMissing, NoSuchChoice, Unanswered
from courses.assessment.forms import DeviceForm, PlaceForm, UnsureForm
from courses.assessment.kinds import get_kind_of
from courses.assessment.queries.attempts import get_attempt_for, get_attempts, get_pre_test
from courses.assessment.services import attempts
from courses.errors import LearningError
from courses.learning.queries.outlines import get_outline
from courses.learning.views.locked import show_locked
from courses.models import Attempt, AttemptQuestion
from courses.writing.errors import CourseLocked
from courses.writing.models import Explain, count_to_pass
from courses.writing.queries import get_course, get_past_slugs, may_open_everything
from imaging.testsets.queries import get_test_set_of


def sign_in_again(request: HtmxRequest, course: str, attempt_id: int, place: str = "") -> HttpResponse:
    """Whose session ended in the middle of the test signs in and is back at the question."""
    response = redirect_to_login(reverse("attempt", args=[course, attempt_id]) + place)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_test(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """Rules of the test before it starts, and earlier attempts; POST starts one or goes on with the open one."""
    found = get_course(course)
    if not may_open_everything(request.user):
        return show_locked(request, CourseLocked(found))
    outline = get_outline(found, request.user)
    error, form = None, None
    if outline.standing.is_post_test_open and not request.user.has_credit_facts:
        form = ProfileForm.of(request.user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            update_profile(user=request.user, **form.cleaned_data)
    if request.method == "POST" and not (form and form.errors):
        keep_in_words(request)
        try:
            attempt = attempts.start_attempt(user=request.user, outline=outline)
        except LearningError as refused:
            error = str(refused)
        else:
            return redirect("attempt", found.slug, attempt.pk)
    context = {
        "course": found,
        "outline": outline,
        "attempts": get_attempts(user=request.user, course=found),
        "is_explained_at_once": outline.is_completed or found.explain == Explain.ALWAYS,
        "test_set": get_test_set_of(found.slug, once=get_past_slugs(found)),
        "test_set_required": settings.TEST_SET_REQUIRED,
        "error": error,
        "form": form,
    }
    status = 409 if error or (form and form.errors) else 200
    return render(request, "courses/assessment/post_test.html", context, status=status)


def keep_in_words(request: AuthenticatedRequest) -> None:
    """What the form says of images, where it asks: not for a test that is under way."""
    form = InWordsForm(request.POST)
    if "asks_in_words" in request.POST and form.is_valid():
        keep_reads_in_words(user=request.user, **form.cleaned_data)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pre_test(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """What the pre-test is for; POST starts it or goes on with the open one."""
    found = get_course(course)
    if not may_open_everything(request.user):
        return show_locked(request, CourseLocked(found))
    error = None
    if request.method == "POST":
        keep_in_words(request)
        try:
            attempt = attempts.start_pre_test(user=request.user, course=found)
        except LearningError as refused:
            error = str(refused)
        else:
            return redirect("attempt", found.slug, attempt.pk)
    context = {
        "course": found,
        "outline": get_outline(found, request.user),
        "attempt": get_pre_test(user=request.user, course=found),
        "error": error,
    }
    return render(request, "courses/assessment/pre_test.html", context, status=409 if error else 200)


def show_attempt(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """One question of an open attempt: the one that is asked for, otherwise the first without an answer."""
    position = find_position(request, list(attempt.questions.all()))
    return render(request, "courses/assessment/attempt.html", attempt_context(attempt, position))


def find_position(request: HttpRequest, questions: list[AttemptQuestion]) -> int:
    form = PlaceForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else 0
    first_open = next((question.position for question in questions if question.answer is None), len(questions))
    return wanted if 1 <= wanted <= len(questions) else first_open


def attempt_context(attempt: Attempt, position: int, error: str = "") -> dict[str, object]:
    return describe_attempt(attempt, list(attempt.questions.all()), position, error)


def describe_attempt(
    attempt: Attempt, questions: list[AttemptQuestion], position: int, error: str = ""
) -> dict[str, object]:
    question = questions[position - 1]
    return {
        "attempt": attempt,
        "course": attempt.course,
        "questions": questions,
        "question": question,
        "asked": describe(question.content, question.answer, is_told=False),
        "answered": sum(question.answer is not None for question in questions),
        "needed": count_to_pass(len(questions), attempt.passing_score),
        "error": error,
    }


def not_kept(request: HtmxRequest, attempt: Attempt, position: int, reason: str) -> HttpResponse:
    """Say that an answer was refused where the learner looks: in the page's state, or above what was given."""
    attempt.refresh_from_db(fields=["submitted_at"])
    question = next((question for question in attempt.questions.all() if question.position == position), None)
    if question and attempt.is_open and not request.htmx:
        given = get_kind_of(question.content).get_given(request.POST) or question.answer
        question.is_unsure = UnsureForm(request.POST)["unsure"].data
        asked = describe(question.content, given, is_told=False)
        context = attempt_context(attempt, position, reason) | {"question": question, "asked": asked}
        return render(request, "courses/assessment/attempt.html", context, status=409)
    context = {"reason": reason, "attempt": attempt}
    template = "courses/assessment/_not_kept.html" if request.htmx else "courses/assessment/not_kept.html"
    return render(request, template, context, status=409)


def keep(request: HttpRequest, attempt: Attempt, position: int) -> None:
    """Keep what was sent; what was left open stays as it is, or is taken back where it can be emptied."""
    question = next((question for question in attempt.questions.all() if question.position == position), None)
    if question is None:
        raise NoSuchChoice
    kind = get_kind_of(question.content)
    sender = DeviceForm(request.POST)
    device, number = (sender.cleaned_data.values()) if sender.is_valid() else (None, None)
    is_unsure = UnsureForm(request.POST)["unsure"].data
    answer: object = attempts.AS_KEPT
    if not kind.is_left_open(request.POST):
        answer = kind.read_answer(request.POST)
    # A page without a script sends an empty `shown` where it showed no answer: then nothing was taken back.
    elif kind.can_be_emptied and request.POST.get("shown") != "":
        answer = None
    attempts.save_answer(
        attempt=attempt,
        position=position,
        answer=answer,
        is_unsure=is_unsure,
        device=str(device) if device and number is not None else "",
        number=number or 0,
    )


@post_only("attempt", "course", "attempt_id", query="q={position}")
def answer(request: HtmxRequest, course: str, attempt_id: int, position: int) -> HttpResponse:
    """Keep one answer; a script sends it as it is given, the button sends it and goes on."""
    if not request.user.is_authenticated:
        return sign_in_again(request, course, attempt_id, f"?q={position}")
    found = get_attempt_for(request.user, course=course, attempt_id=attempt_id)
    if not may_open_everything(request.user):
        return show_locked(request, CourseLocked(found.course))
    address = reverse("attempt", args=[course, attempt_id])
    try:
        keep(request, found, position)
    except LearningError as refused:
        return not_kept(request, found, position, str(refused))
    if request.htmx:
        found = get_attempt_for(request.user, course=course, attempt_id=attempt_id)
        return render(request, "courses/assessment/_attempt_state.html", attempt_context(found, position))
    following = position + 1 if position < found.questions.count() else position
    return redirect(f"{address}?q={following}")


def find_open(attempt: Attempt) -> list[int]:
    return [question.position for question in attempt.questions.all() if question.answer is None]


@post_only("attempt", "course", "attempt_id")
def submit(request: HtmxRequest, course: str, attempt_id: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return sign_in_again(request, course, attempt_id)
    found = get_attempt_for(request.user, course=course, attempt_id=attempt_id)
    if not may_open_everything(request.user):
        return show_locked(request, CourseLocked(found.course))
    if found.is_pre_test and (left := find_open(found)) and "anyway" not in request.POST:
        return render(
            request, "courses/assessment/attempt.html", attempt_context(found, left[0]) | {"left": left}, status=409
        )
    try:
        attempts.submit_attempt(attempt=found)
    except Unanswered as refused:
        return render(
            request,
            "courses/assessment/attempt.html",
            attempt_context(found, refused.positions[0], str(refused)),
            status=409,
        )
    except FactsMissing:
        # It began before they were asked for; the page asks, and goes on with the attempt.
        return redirect("post_test", course)
    except LearningError:
        pass  # handed in already, perhaps in another tab: the result says so
    return redirect("attempt", course, attempt_id)
