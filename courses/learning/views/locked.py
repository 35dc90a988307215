from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.learning.queries.outlines import get_outline
from courses.writing.queries import CourseLocked


def show_locked(request: HttpRequest, locked: CourseLocked) -> HttpResponse:
    """The outline and the way to get access; nothing of the lesson or the test itself."""
    course, lesson = locked.course, locked.lesson
    context = {"course": course, "lesson": lesson, "outline": get_outline(course, request.user)}
    return render(request, "courses/learning/locked.html", context, status=403)
