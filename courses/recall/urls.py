from django.urls import path

from courses.recall import views

urlpatterns = [
    path("learn/review/", views.review, name="review"),
    path("learn/review/<int:answer_id>/", views.review_answer, name="review_answer"),
]
