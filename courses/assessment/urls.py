from django.urls import path

from courses.assessment.views import attempts, checks

# What joins courses and credit: escan/pages/ has the page of an attempt (result.py), and a check (courses.py).
urlpatterns = [
    path("courses/<slug:course>/pre-test/", attempts.pre_test, name="pre_test"),
    path("courses/<slug:course>/post-test/", attempts.post_test, name="post_test"),
    path("courses/<slug:course>/post-test/<int:attempt_id>/submit/", attempts.submit, name="attempt_submit"),
    path("courses/<slug:course>/post-test/<int:attempt_id>/<int:position>/", attempts.answer, name="attempt_answer"),
    path("checks/pictures/<int:question_id>/<int:image_id>/", checks.picture, name="question_picture"),
]
