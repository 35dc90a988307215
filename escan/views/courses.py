from functools import partial
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cme.queries import get_activity, get_claim
from courses import queries
from courses.models import Lesson, LessonRendering
from courses.queries import LessonLocked
from courses.services import reading, watching
from courses.services.errors import LearningError
from escan.caching import cached_for_strangers
from escan.deadlocks import again_after_deadlock
from escan.forms import ProgressForm
from escan.queries import find_left_for_credit, get_left_for_credit
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
    activity, claim, attempt, left = get_activity(found), None, None, None
    if request.user.is_authenticated:
        claim = get_claim(user=request.user, course=found)
        attempt = queries.get_open_attempt(user=request.user, course=found)
        left = get_left_for_credit(
            user=request.user,
            outline=outline,
            attempt=attempt,
            has_activity=activity is not None,
            has_claimed=claim is not None,
        )
    context = {
        "course": found,
        "outline": outline,
        "activity": activity,
        "has_access": queries.may_open_everything(request.user),
        "claim": claim,
        "attempt": attempt,
        "left": left,
    }
    return render(request, "escan/course.html", context)


@require_safe
@cached_for_strangers
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    try:
        rendering = queries.get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return locked_lesson(request, locked.lesson)
    return render(request, "escan/lesson.html", lesson_context(request, rendering))


def lesson_context(request: HttpRequest, rendering: LessonRendering) -> dict[str, Any]:
    found = rendering.lesson
    outline = queries.get_outline(found.module.course, request.user)
    item = next((item for item in outline.lessons if item.lesson.pk == found.pk), None)
    if item is None:
        raise Http404("This lesson was taken off in this very moment.")
    previous, following = outline.around(found)
    place, html = item.progress and item.progress.block, rendering.html
    return {
        "course": found.module.course,
        "lesson": found,
        "html": html,
        # Whoever merely opened the lesson did not stop anywhere.
        "is_at_start": bool(place) and html.find(f'id="b-{place}"') == html.find('id="b-'),
        "has_films": bool(rendering.video_ids),
        "has_checks": bool(rendering.question_ids),
        "outline": outline,
        "item": item,
        "films": {film.film.pk: film.as_data() for film in item.films},
        "number": [entry.lesson.pk for entry in outline.lessons].index(found.pk) + 1,
        "previous": previous,
        "next": following,
        "is_last_left": not [entry for entry in outline.remaining if entry is not item],
        "left": find_left_for_credit(request.user, outline) if request.user.is_authenticated else None,
    }


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
        return HttpResponse(_("This figure opens with its lesson."), status=403, content_type="text/plain")
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
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=400, content_type="text/plain; charset=utf-8")
    try:
        return again_after_deadlock(partial(save_progress, request.user, text, form.cleaned_data))
    except LearningError as refused:
        return HttpResponse(str(refused), status=400, content_type="text/plain; charset=utf-8")
    except (IntegrityError, ObjectDoesNotExist):
        if User.objects.filter(pk=request.user.pk, deleted_at=None).exists():
            raise
        return HttpResponse(status=403)  # the account was deleted while this was on its way


def save_progress(user: User, text: LessonRendering, given: dict[str, Any]) -> HttpResponse:
    block = str(given["block"]) if given["block"] else None
    if given["video"] is None:
        reading.save_position(user=user, text=text, block=block or "")
        return HttpResponse(status=204)
    report = watching.Report(given["batch"], given["runs"], given["position"])
    watched = watching.record_watched(user=user, text=text, block=block, video_id=given["video"], report=report)
    return JsonResponse({"runs": watched.runs, "watched": watched.seconds, "left": watched.left})


@require_POST
def lesson_complete(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Mark the lesson as completed and go on."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path.removesuffix("complete/"))
    try:
        text = queries.get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return locked_lesson(request, locked.lesson)
    try:
        reading.complete_lesson(user=request.user, text=text)
    except LearningError as refused:
        context = lesson_context(request, text) | {"error": str(refused)}
        return render(request, "escan/lesson.html", context, status=409)
    found = text.lesson.module.course
    outline = queries.get_outline(found, request.user)
    _, following = outline.around(text.lesson)
    if following is None and outline.is_ready_for_post_test:
        return redirect("post_test", found.slug)
    return redirect("lesson", found.slug, following.slug) if following else redirect(found)
