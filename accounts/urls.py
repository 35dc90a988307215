from django.urls import path
from django.views.generic import RedirectView

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:profile")),
    path("profile/", views.profile, name="profile"),
    path("mails/", views.mail_preferences, name="mails"),
    path("mails/off/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("sign-in-again/", views.sign_in_again, name="sign_in_again"),
    path("email/check/", views.check_address, name="check_address"),
]
