from django.urls import path

from courses.learning.views import progress

urlpatterns = [
    path("courses/<slug:course>/<slug:lesson>/position/", progress.lesson_position, name="lesson_position"),
]
