from django.urls import path
from django.views.decorators.http import require_safe

from guides import views
from guides.feeds import GuidesFeed

app_name = "guides"

urlpatterns = [
    path("", views.guides, name="list"),
    path("aid/calcifications.pdf", views.aid, name="aid"),
    # What stands here in the place of a slug is reserved (guides/faults.py).
    path("feed/", require_safe(GuidesFeed()), name="feed"),
    path("figures/<int:guide_id>/<int:image_id>/", views.figure, name="figure"),
    path("<slug:guide>/", views.guide, name="guide"),
    path("<slug:guide>/<slug:digest>.png", views.card, name="card"),
]
