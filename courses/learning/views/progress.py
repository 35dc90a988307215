from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.models import User
from core.deadlocks import again_after_deadlock
from core.http import post_only
from courses.errors import LearningError
from courses.learning.forms import ProgressForm
from courses.learning.services import reading, watching
from courses.models import LessonRendering
from courses.writing.errors import LessonLocked
from courses.writing.queries import get_lesson_for


@post_only("lesson", "course", "lesson")
def lesson_position(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """The page tells where the reader is; kept for a signed-in reader, on the server."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    try:
        text = get_lesson_for(request.user, course=course, lesson=lesson)
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
