from django.urls import path

from cme.certificates.views import correction, download, retry
from cme.claims.views import claim
from cme.ledger.views import ledger

app_name = "cme"
urlpatterns = [
    path("", ledger, name="ledger"),
    path("certificates/<str:code>/", download, name="download"),
    path("<slug:course>/", claim, name="claim"),
    path("<slug:course>/retry/", retry, name="retry"),
    path("<slug:course>/correction/", correction, name="correction"),
]
