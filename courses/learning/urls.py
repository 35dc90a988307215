from django.urls import path

from courses.learning.views import progress, studies

urlpatterns = [
    path("lessons/<int:lesson_id>/studies/<int:study_id>/", studies.study, name="lesson_study"),
    path("courses/<slug:course>/<slug:lesson>/position/", progress.lesson_position, name="lesson_position"),
]
