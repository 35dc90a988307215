from django.urls import path

from cme.claims import views

app_name = "cme"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("certificates/<str:code>/", views.download, name="download"),
    path("<slug:course>/", views.claim, name="claim"),
    path("<slug:course>/retry/", views.retry, name="retry"),
]
