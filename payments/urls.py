from django.urls import path

from payments import views

app_name = "payments"
urlpatterns = [
    path("pricing/", views.pricing, name="pricing"),
    path("pricing/done/", views.payment_return, name="payment_return"),
    path("webhooks/stripe/", views.stripe_webhook, name="stripe_webhook"),
]
