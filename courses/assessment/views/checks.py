from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.http import HtmxRequest
from core.storage import hand_out
from courses.assessment.asking import describe, freeze
from courses.assessment.errors import CheckChanged
from courses.assessment.forms import CheckForm
from courses.assessment.kinds import get_kind
from courses.assessment.kinds.base import Asked, Content
from courses.assessment.queries.checks import get_check_answer, get_check_for, get_picture_for
from courses.assessment.queries.pools import get_asked
from courses.assessment.services import checks
from courses.errors import LearningError
from courses.learning.views.locked import show_locked
from courses.models import LessonRendering, Question
from courses.writing.errors import LessonLocked


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HtmxRequest, lesson_id: int, question_id: int) -> HttpResponse:
    """A question in a lesson: asked, or explained with the answer that is kept. In the lesson it is a part of it."""
    try:
        text, question = get_check_for(request.user, lesson_id=lesson_id, question_id=question_id)
    except LessonLocked as locked:
        return show_locked(request, locked)
    if request.method == "POST":
        return take(request, text, question)
    kept = get_check_answer(request.user, question)
    if kept is None or "again" in request.GET:
        return show(request, text, question, describe(freeze(find_asked(request, question), None), None, is_told=False))
    return show(request, text, question, describe(kept.content, kept.answer, is_told=True))


def find_asked(request: HttpRequest, question: Question) -> Question:
    """In words for whoever said so in the profile."""
    return get_asked(question, is_in_words=request.user.is_authenticated and request.user.reads_in_words)


def take(request: HtmxRequest, text: LessonRendering, question: Question) -> HttpResponse:
    try:
        content, answer = answered(request, text, question)
    except LearningError as refused:
        return refuse(request, text, question, refused)
    if request.user.is_authenticated and not request.htmx:
        if text.lesson.is_stepwise:  # to the lesson, where the next step is open now
            return redirect(f"{text.lesson.url}#check-{question.pk}")
        return redirect("check", text.lesson_id, question.pk)
    return show(request, text, question, describe(content, answer, is_told=True))


def refuse(request: HtmxRequest, text: LessonRendering, question: Question, refused: LearningError) -> HttpResponse:
    """What was given stays in the form, unless the question is another by now."""
    wanted = find_asked(request, question)
    given = None if isinstance(refused, CheckChanged) else get_kind(wanted.kind).get_given(request.POST)
    asked = describe(freeze(wanted, None), given, is_told=False)
    return show(
        request, text, question, asked, error=str(refused), is_unsure=bool(request.POST.get("unsure")), status=409
    )


def answered(request: HttpRequest, text: LessonRendering, question: Question) -> tuple[Content, object]:
    """Kept for who is signed in; a stranger at an open lesson is told, and nothing is kept."""
    form = CheckForm(request.POST)
    if not form.is_valid():
        raise CheckChanged
    answer = get_kind(find_asked(request, question).kind).read_answer(request.POST)
    given = {"revision_id": form.cleaned_data["revision"], "answer": answer}
    if request.user.is_authenticated:
        kept = checks.answer_check(
            user=request.user, text=text, question=question, is_unsure=form.cleaned_data["unsure"], **given
        )
        return kept.content, kept.answer
    return checks.read_check(question=question, **given), answer


def show(
    request: HtmxRequest,
    text: LessonRendering,
    question: Question,
    asked: Asked,
    *,
    error: str = "",
    is_unsure: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "lesson": text.lesson,
        "question": question,
        "revision": find_asked(request, question).live_revision_id,
        "asked": asked,
        "error": error,
        "is_unsure": is_unsure,
        "is_member": request.user.is_authenticated,
    }
    template = "courses/assessment/_check.html" if request.htmx else "courses/assessment/check.html"
    return render(request, template, context, status=status)


@require_safe
def picture(request: HttpRequest, question_id: int, image_id: int) -> HttpResponseBase:
    image = get_picture_for(request.user, question_id=question_id, image_id=image_id)
    return hand_out(str(image.file.name))
