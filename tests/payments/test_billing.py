"""An invoice with address and tax number: by the payer, or by staff for them."""

import pytest
from wagtail.models import ModelLogEntry

from payments.models import BillingDetails
from tests.escan.people import make_purchase

pytestmark = pytest.mark.django_db

CLINIC = {"name": "Radiology Clinic GmbH", "address": "Hauptstraße 1\n10115 Berlin", "tax_number": "de 123456789"}


@pytest.fixture
def purchase(learner):
    return make_purchase(learner, "cs_1")


def test_receipt_names_the_seller_as_the_operator_says(client_for, learner, purchase, settings):
    path = f"/accounts/purchases/{purchase.session_id}/"
    assert "Soldby</dt><dd>eScanAcademy</dd>" in "".join(client_for(learner).get(path).content.decode().split())
    settings.SELLER_NAME, settings.SELLER_TAX_NUMBER = "eScan Academy GmbH", "VAT DE999"
    settings.SELLER_ADDRESS = "Weg 2\n20095 Hamburg"
    page = client_for(learner).get(path).content.decode()
    assert "eScan Academy GmbH<br>" in page and "Weg 2<br>20095 Hamburg" in page and "<br>VAT DE999" in page


def test_payer_has_the_receipt_made_out(client_for, learner, purchase):
    client, path = client_for(learner), f"/accounts/purchases/{purchase.session_id}/"
    assert f"{path}details/" in client.get(path).content.decode()
    assert client.post(f"{path}details/", CLINIC)["Location"] == path
    page = client.get(path).content.decode()
    assert "Radiology Clinic GmbH<br>" in page and "Hauptstraße 1<br>10115 Berlin" in page
    assert "Tax number DE 123456789" in page
    client.post(f"{path}details/", {**CLINIC, "name": "Another"})
    assert BillingDetails.objects.get().name == "Another"


@pytest.mark.parametrize("missing", ["name", "address"])
def test_half_an_address_is_refused_and_kept_in_the_form(client_for, learner, purchase, missing):
    response = client_for(learner).post(f"/accounts/purchases/{purchase.session_id}/details/", {**CLINIC, missing: ""})
    assert response.status_code == 422 and not BillingDetails.objects.exists()
    assert "de 123456789" in response.content.decode()


def test_staff_write_it_and_print_it(client_for, support, learner, purchase):
    client, path = client_for(support), f"/studio/payments/purchases/{purchase.session_id}/"
    assert "Stripe's own invoice stays" in client.get(f"{path}details/").content.decode().replace("&#x27;", "'")
    assert client.post(f"{path}details/", CLINIC)["Location"] == f"{path}receipt/"
    page = client.get(f"{path}receipt/").content.decode()
    assert "Hauptstraße 1<br>10115 Berlin" in page and learner.email in page and support.email not in page
    assert "ask for a refund" not in page
    assert ModelLogEntry.objects.get(action="payments.write_billing_details").user == support


def test_what_is_not_paid_has_no_receipt(client_for, support, learner):
    assert client_for(support).get("/studio/payments/purchases/999/details/").status_code == 404
