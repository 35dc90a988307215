from django.urls import path

from payments.views import billing, gifts, pricing, purchases, webhooks

app_name = "payments"
urlpatterns = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("pricing/done/", pricing.payment_return, name="payment_return"),
    path("accounts/purchases/", purchases.purchases, name="purchases"),
    path("accounts/purchases/<int:session_id>/", purchases.receipt, name="receipt"),
    path("accounts/purchases/<int:session_id>/refund/", purchases.refund, name="refund"),
    path("accounts/purchases/<int:session_id>/details/", billing.billing_details, name="billing_details"),
    path("accounts/purchases/<int:session_id>/<slug:paper>/", purchases.paper, name="paper"),
    path("gifts/", gifts.gifts, name="gifts"),
    path("gifts/given/<int:gift_id>/address/", gifts.change_address, name="gift_address"),
    path("gifts/given/<int:gift_id>/take-back/", gifts.take_back, name="gift_take_back"),
    path("gifts/<slug:token>/", gifts.gift, name="gift"),
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
]
