from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:profile")),
    path("profile/", views.profile, name="profile"),
    path("", include("accounts.mail.urls")),
    path("sign-in-again/", views.sign_in_again, name="sign_in_again"),
]
