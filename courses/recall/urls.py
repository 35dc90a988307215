from django.urls import path

from courses.recall import views

urlpatterns = [
    path("learn/recall/", views.recall, name="recall"),
    path("learn/recall/<int:answer_id>/", views.recall_answer, name="recall_answer"),
    path("learn/review/", views.moved, name="recall_before"),
    path("learn/review/<int:answer_id>/", views.moved, name="recall_answer_before"),
]
