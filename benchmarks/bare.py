"""What the academy is measured against: a new Django project whose one view loads session, user and four rows."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from accounts.http import AuthenticatedRequest
from courses.models import Course, Enrolment, Lesson, LessonProgress


def bare(request: AuthenticatedRequest) -> JsonResponse:
    """Six queries: session, user, and these four rows."""
    user = request.user
    course = Course.objects.order_by("pk").defer("description")[0]
    lesson = Lesson.objects.order_by("pk").defer("body")[0]
    enrolment = Enrolment.objects.filter(user=user)[0]
    progress = LessonProgress.objects.filter(user=user)[0]
    return JsonResponse(
        {"course": course.title, "lesson": lesson.title, "at": progress.block, "since": enrolment.enrolled_at}
    )


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("bare/", bare), path("ready/", ready)]
