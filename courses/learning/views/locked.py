from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.learning.queries.holdings import get_holdings
from courses.learning.queries.outlines import get_outline
from courses.writing.errors import CourseLocked
from courses.writing.models import Course, Lesson
from courses.writing.window import get_window


def show_locked(request: HttpRequest, locked: CourseLocked) -> HttpResponse:
    """The outline, and the way to get access or past what comes first. Of a lesson what stands in its window, and of
    the test nothing.
    """
    course: Course = locked.course
    lesson: Lesson | None = locked.lesson
    context = {
        "course": course,
        "lesson": lesson,
        "obstacle": locked.obstacle,
        "outline": get_outline(course, request.user),
        "window": get_window(lesson.pk) if lesson else None,
        "holding": get_holdings().lessons.get(lesson.pk) if lesson else None,
    }
    return render(request, "courses/learning/locked.html", context, status=403)
