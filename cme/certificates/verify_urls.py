from django.urls import path

from cme.certificates.views import verify, verify_form

app_name = "verify"
urlpatterns = [
    path("", verify_form, name="form"),
    path("<str:code>/", verify, name="certificate"),
]
