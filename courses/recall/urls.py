from django.urls import path
from django.views.generic import RedirectView

from courses.recall import views

# Where recall stood before; bookmarks and mails that were sent lead there.
before = RedirectView.as_view(permanent=True, query_string=True, pattern_name="recall")
answer_before = RedirectView.as_view(permanent=True, query_string=True, pattern_name="recall_answer")

urlpatterns = [
    path("learn/recall/", views.recall, name="recall"),
    path("learn/recall/<int:answer_id>/", views.recall_answer, name="recall_answer"),
    path("learn/review/", before, name="recall_before"),
    path("learn/review/<int:answer_id>/", answer_before, name="recall_answer_before"),
]
