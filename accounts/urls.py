from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views
from accounts.addresses.views import undo
from accounts.sessions.views import end_session, sessions

app_name = "accounts"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:profile")),
    path("profile/", views.profile, name="profile"),
    path("profile/name/", views.name_preview, name="name_preview"),
    path("profile/in-words/", views.in_words, name="in_words"),
    path("", include("accounts.mail.urls")),
    path("sign-in-again/", views.sign_in_again, name="sign_in_again"),
    path("sessions/", sessions, name="sessions"),
    path("sessions/<int:session_id>/end/", end_session, name="end_session"),
    path("email/undo/<str:token>/", undo, name="undo_address_change"),
]
