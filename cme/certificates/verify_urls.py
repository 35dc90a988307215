from django.urls import path

from cme.claims import views

app_name = "verify"
urlpatterns = [
    path("", views.verify_form, name="form"),
    path("<str:code>/", views.verify, name="certificate"),
]
