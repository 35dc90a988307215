from django.urls import path

from guides import views

app_name = "guides"

urlpatterns = [
    path("", views.guides, name="list"),
    path("figures/<int:guide_id>/<int:image_id>/", views.figure, name="figure"),
    path("<slug:guide>/", views.guide, name="guide"),
]
