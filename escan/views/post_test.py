from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import AuthenticatedRequest
from cme.queries import get_activity, get_claim
from courses import queries
from courses.models import Attempt, Course
from courses.services import learning
from courses.services.learning import LearningError, Unanswered
from escan.forms import AnswerForm, PlaceForm


def sign_in_again(request: HttpRequest, course: str, attempt_id: int, place: str = "") -> HttpResponse:
    """Whose session ended in the middle of the test signs in and is back at the question."""
    response = redirect_to_login(reverse("attempt", args=[course, attempt_id]) + place)
    return HttpResponseClientRedirect(response.url) if request.headers.get("HX-Request") else response


def locked(request: HttpRequest, course: Course) -> HttpResponse:
    return render(
        request,
        "escan/lesson_locked.html",
        {"course": course, "lesson": None, "outline": queries.get_outline(course, request.user)},
        status=403,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_test(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """Rules of the test before it starts, and earlier attempts; POST starts one or goes on with the open one."""
    found = queries.get_course(course)
    if not queries.may_open_everything(request.user):
        return locked(request, found)
    outline = queries.get_outline(found, request.user)
    error = None
    if request.method == "POST":
        try:
            attempt = learning.start_attempt(user=request.user, outline=outline)
        except LearningError as refused:
            error = str(refused)
        else:
            return redirect("attempt", found.slug, attempt.pk)
    context = {
        "course": found,
        "outline": outline,
        "attempts": queries.get_attempts(user=request.user, course=found),
        "error": error,
    }
    return render(request, "escan/post_test.html", context, status=409 if error else 200)


@login_required
@never_cache
@require_safe
def attempt(request: AuthenticatedRequest, course: str, attempt_id: int) -> HttpResponse:
    """One question at a time while the attempt is open; the result with every rationale afterwards."""
    found = queries.get_attempt_for(request.user, course=course, attempt_id=attempt_id)
    if not queries.may_open_everything(request.user):
        return locked(request, found.course)
    if not found.is_open:
        return result(request, found)
    questions = list(found.questions.all())
    form = PlaceForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else 0
    first_open = next((question.position for question in questions if question.answer is None), len(questions))
    position = wanted if 1 <= wanted <= len(questions) else first_open
    return render(request, "escan/attempt.html", attempt_context(found, position))


def attempt_context(attempt: Attempt, position: int, error: str = "") -> dict[str, object]:
    questions = list(attempt.questions.all())
    return {
        "attempt": attempt,
        "course": attempt.course,
        "questions": questions,
        "question": questions[position - 1],
        "answered": sum(question.answer is not None for question in questions),
        "needed": -(-len(questions) * attempt.passing_score // 100),
        "error": error,
    }


def result(request: AuthenticatedRequest, attempt: Attempt) -> HttpResponse:
    questions = list(attempt.questions.all())
    context = {
        "attempt": attempt,
        "course": attempt.course,
        "questions": questions,
        "correct": sum(question.is_correct for question in questions),
        "activity": get_activity(attempt.course),
        "claim": get_claim(user=request.user, course=attempt.course),
    }
    return render(request, "escan/result.html", context)


def not_kept(request: HttpRequest, attempt_id: int, reason: str) -> HttpResponse:
    """Say that an answer was refused where the learner looks: in the page's state, or on a page of its own."""
    context = {"reason": reason, "attempt": Attempt.objects.select_related("course").get(pk=attempt_id)}
    template = "escan/not_kept.html" if request.headers.get("HX-Request") else "escan/not_kept_page.html"
    return render(request, template, context, status=409)


@require_POST
def answer(request: HttpRequest, course: str, attempt_id: int, position: int) -> HttpResponse:
    """Keep one answer; a script sends it as it is given, the button sends it and goes on."""
    if not request.user.is_authenticated:
        return sign_in_again(request, course, attempt_id, f"?q={position}")
    found = queries.get_attempt_for(request.user, course=course, attempt_id=attempt_id)
    if not queries.may_open_everything(request.user):
        return locked(request, found.course)
    address = reverse("attempt", args=[course, attempt_id])
    form = AnswerForm(request.POST)
    try:
        if form.is_valid():
            learning.save_answer(attempt=found, position=position, choice=form.cleaned_data["choice"])
        elif "choice" in request.POST or position not in [question.position for question in found.questions.all()]:
            raise learning.NoSuchChoice
    except LearningError as refused:
        return not_kept(request, attempt_id, str(refused))
    if request.headers.get("HX-Request"):
        found = queries.get_attempt_for(request.user, course=course, attempt_id=attempt_id)
        return render(request, "escan/attempt_state.html", attempt_context(found, position))
    following = position + 1 if position < found.questions.count() else position
    return redirect(f"{address}?q={following}")


@require_POST
def submit(request: HttpRequest, course: str, attempt_id: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return sign_in_again(request, course, attempt_id)
    found = queries.get_attempt_for(request.user, course=course, attempt_id=attempt_id)
    if not queries.may_open_everything(request.user):
        return locked(request, found.course)
    try:
        learning.submit_attempt(attempt=found)
    except Unanswered as refused:
        return render(
            request, "escan/attempt.html", attempt_context(found, refused.positions[0], str(refused)), status=409
        )
    except LearningError:
        pass  # handed in already, perhaps in another tab: the result says so
    return redirect("attempt", course, attempt_id)
