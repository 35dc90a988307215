from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cme.activities.queries import get_activity
from cme.claims.queries import get_claim
from core.caching import cached_for_strangers
from core.http import post_only
from courses.assessment.queries.attempts import get_open_attempt
from courses.errors import LearningError
from courses.learning.queries.outlines import get_outline
from courses.learning.services import reading
from courses.learning.views.locked import show_locked
from courses.models import LessonRendering
from courses.writing.errors import LessonLocked
from courses.writing.queries import get_course, get_courses, get_lesson_for, may_open_everything
from escan.queries import find_left_for_credit, get_left_for_credit


@require_safe
@cached_for_strangers
def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "escan/catalogue.html", {"courses": get_courses().select_related("activity")})


@require_safe
@cached_for_strangers
def course(request: HttpRequest, course: str) -> HttpResponse:
    found = get_course(course)
    outline = get_outline(found, request.user)
    activity, claim, attempt, left = get_activity(found), None, None, None
    if request.user.is_authenticated:
        claim = get_claim(user=request.user, course=found)
        attempt = get_open_attempt(user=request.user, course=found)
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
        "has_access": may_open_everything(request.user),
        "claim": claim,
        "attempt": attempt,
        "left": left,
    }
    return render(request, "escan/course.html", context)


@require_safe
@cached_for_strangers
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    try:
        rendering = get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return show_locked(request, locked)
    return render(request, "escan/lesson.html", lesson_context(request, rendering))


def lesson_context(request: HttpRequest, rendering: LessonRendering) -> dict[str, Any]:
    found = rendering.lesson
    outline = get_outline(found.module.course, request.user)
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
        "has_videos": bool(rendering.video_ids),
        "has_checks": bool(rendering.question_ids),
        "outline": outline,
        "item": item,
        "videos": {video.video.pk: video.as_data() for video in item.videos},
        "number": [entry.lesson.pk for entry in outline.lessons].index(found.pk) + 1,
        "previous": previous,
        "next": following,
        "is_last_left": not [entry for entry in outline.remaining if entry is not item],
        "left": find_left_for_credit(request.user, outline) if request.user.is_authenticated else None,
    }


@post_only("lesson", "course", "lesson")
def lesson_complete(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Mark the lesson as completed and go on."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path.removesuffix("complete/"))
    try:
        text = get_lesson_for(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return show_locked(request, locked)
    try:
        reading.complete_lesson(user=request.user, text=text)
    except LearningError as refused:
        context = lesson_context(request, text) | {"error": str(refused)}
        return render(request, "escan/lesson.html", context, status=409)
    found = text.lesson.module.course
    outline = get_outline(found, request.user)
    _, following = outline.around(text.lesson)
    if following is None and outline.standing.has_no_lesson_left:
        return redirect("post_test", found.slug)
    return redirect("lesson", found.slug, following.slug) if following else redirect(found)
