from django.urls import path

from courses.writing import views

urlpatterns = [
    path("figures/<int:lesson_id>/<int:image_id>/", views.figure, name="figure"),
]
