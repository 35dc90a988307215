from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cme.queries import get_activity, get_claim
from courses import queries
from courses.models import Lesson
from courses.queries import LessonLocked
from courses.services import learning
from courses.services.learning import LearningError
from escan.caching import cached_for_strangers
from escan.forms import PositionForm
from escan.storage import hand_out


@require_safe
@cached_for_strangers
def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "escan/catalogue.html", {"courses": queries.get_courses().select_related("activity")})


@require_safe
@cached_for_strangers
def course(request: HttpRequest, course: str) -> HttpResponse:
    found = queries.get_course(course)
    outline = queries.get_outline(found, request.user)
    context = {
        "course": found,
        "outline": outline,
        "activity": get_activity(found),
        "has_access": queries.may_open_everything(request.user),
        "claim": get_claim(user=request.user, course=found) if request.user.is_authenticated else None,
        "attempt": queries.get_open_attempt(user=request.user, course=found) if request.user.is_authenticated else None,
    }
    return render(request, "escan/course.html", context)


@require_safe
@cached_for_strangers
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    try:
        rendering = queries.get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return locked_lesson(request, locked.lesson)
    found = rendering.lesson
    outline = queries.get_outline(found.module.course, request.user)
    item = next(item for item in outline.lessons if item.lesson.pk == found.pk)
    previous, following = outline.around(found)
    context = {
        "course": found.module.course,
        "lesson": found,
        "html": rendering.html,
        "outline": outline,
        "item": item,
        "number": [entry.lesson.pk for entry in outline.lessons].index(found.pk) + 1,
        "previous": previous,
        "next": following,
        "left_after_this": len([entry for entry in outline.remaining if entry is not item]),
    }
    return render(request, "escan/lesson.html", context)


def locked_lesson(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """The outline and the way to get access; nothing of the lesson itself."""
    found = lesson.module.course
    context = {"course": found, "lesson": lesson, "outline": queries.get_outline(found, request.user)}
    return render(request, "escan/lesson_locked.html", context, status=403)


@require_safe
def figure(request: HttpRequest, lesson_id: int, image_id: int) -> HttpResponseBase:
    try:
        image = queries.get_figure_for(request.user, lesson_id=lesson_id, image_id=image_id)
    except LessonLocked:
        return HttpResponse("This figure opens with its lesson.", status=403, content_type="text/plain")
    return hand_out(image.file.name)


@require_POST
def lesson_position(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """The page tells where the reader is; kept for a signed-in reader, on the server."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    try:
        text = queries.get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked:
        return HttpResponse(status=403)
    form = PositionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain")
    try:
        learning.save_position(user=request.user, text=text, block=str(form.cleaned_data["block"]))
    except LearningError as refused:
        return HttpResponse(str(refused), status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
def lesson_complete(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Mark the lesson as completed and go on."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path.removesuffix("complete/"))
    try:
        text = queries.get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return locked_lesson(request, locked.lesson)
    learning.complete_lesson(user=request.user, text=text)
    found = text.lesson.module.course
    outline = queries.get_outline(found, request.user)
    _, following = outline.around(text.lesson)
    if following is None and outline.is_ready_for_post_test:
        return redirect("post_test", found.slug)
    return redirect("lesson", found.slug, following.slug) if following else redirect(found)
