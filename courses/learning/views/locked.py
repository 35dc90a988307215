from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.learning.queries.outlines import get_outline
from courses.writing.errors import CourseLocked
from courses.writing.models import Course, Lesson


def show_locked(request: HttpRequest, locked: CourseLocked) -> HttpResponse:
    """The outline, and the way to get access or past what comes first; nothing of the lesson or the test itself."""
    course: Course = locked.course
    lesson: Lesson | None = locked.lesson
    context = {
        "course": course,
        "lesson": lesson,
        "obstacle": locked.obstacle,
        "outline": get_outline(course, request.user),
    }
    return render(request, "courses/learning/locked.html", context, status=403)
