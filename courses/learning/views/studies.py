"""A study of a lesson, on the way to the reading room and back."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from courses.learning.views.locked import show_locked
from courses.models import LessonRendering
from courses.writing.errors import LessonLocked
from courses.writing.queries import get_study_place
from imaging.coursework.queries import find_reading, get_course_study, require_readable
from imaging.coursework.services import begin_reading
from imaging.errors import ImagingError
from imaging.reading.models import Reading
from imaging.reading.sessions import lead_back


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: AuthenticatedRequest, lesson_id: int, study_id: int) -> HttpResponse:
    """Asks before the reading begins, for it is done once; what was begun goes on. POST begins."""
    try:
        text = get_study_place(request.user, lesson_id=lesson_id, study_id=study_id)
    except LessonLocked as locked:
        return show_locked(request, locked)
    found = get_course_study(study_id)
    if reading := find_reading(request.user, found):
        return lead_to(request, text, reading)
    trouble = ""
    try:
        if request.method == "POST":
            return lead_to(request, text, begin_reading(user=request.user, study=found))
        require_readable(request.user, found)
    except ImagingError as refused:
        trouble = str(refused)
    status = 409 if trouble and request.method == "POST" else 200
    return render(request, "courses/learning/study.html", {"lesson": text.lesson, "trouble": trouble}, status=status)


def lead_to(request: AuthenticatedRequest, text: LessonRendering, reading: Reading) -> HttpResponse:
    lead_back(request, reading, text.lesson.url)
    return redirect(reading)
