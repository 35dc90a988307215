"""The addresses of learners that a preview has, after its own: the same ones, led to views that keep nothing."""

from django.urls import path, re_path

from escan.preview import exams, lessons, others

urlpatterns = [
    path("courses/<slug:course>/", lessons.show_course),
    path("courses/<slug:course>/pre-test/", exams.show_pre_test),
    path("courses/<slug:course>/post-test/", exams.show_post_test),
    path("courses/<slug:course>/post-test/<int:attempt_id>/", exams.show_attempt),
    path("courses/<slug:course>/post-test/<int:attempt_id>/submit/", exams.hand_in),
    path("courses/<slug:course>/post-test/<int:attempt_id>/<int:position>/", exams.take_answer),
    path("courses/<slug:course>/<slug:lesson>/", lessons.show_lesson),
    path("courses/<slug:course>/<slug:lesson>/complete/", lessons.complete_lesson),
    path("checks/<int:lesson_id>/<int:question_id>/", lessons.show_check),
    path("lessons/<int:lesson_id>/studies/<int:study_id>/", others.show_study),
    path("cme/<slug:course>/", others.show_claim),
    path("pass/", exams.pass_lessons),
    re_path("", others.show_elsewhere),
]
