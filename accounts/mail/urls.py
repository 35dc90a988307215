"""In the namespace of accounts, and below its address."""

from django.urls import path

from accounts.mail import views

urlpatterns = [
    path("mails/", views.mail_preferences, name="mails"),
    path("mails/off/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("email/check/", views.check_address, name="check_address"),
]
