import pytest
from django.utils import timezone

from payments import gateway
from payments.models import Reconciliation
from tests.payments.studio.making import RUNS, WHY, acts, text_of

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


def test_reconciliations_are_listed(client_for, admin):
    now = timezone.now()
    Reconciliation.objects.create(started_at=now, finished_at=now, found=["evt_1 had <b>not</b> arrived."])
    Reconciliation.objects.create(started_at=now, finished_at=now)
    Reconciliation.objects.create(started_at=now)

    page = text_of(client_for(admin), RUNS)

    assert "evt_1 had &lt;b&gt;not&lt;/b&gt; arrived." in page
    assert "Nothing: all agree." in page
    assert "It has not finished." in page
    assert f"{RUNS}run/" in page


def test_staff_run_one_now(client_for, admin, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(gateway, "list_events", lambda **_: [])
    client = client_for(admin)
    assert client.post(f"{RUNS}run/", {}).status_code == 422
    assert not Reconciliation.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{RUNS}run/", WHY)["Location"] == RUNS

    assert Reconciliation.objects.get().finished_at
    assert acts() == [("payments.order_reconciliation", admin.email, WHY["because"])]
