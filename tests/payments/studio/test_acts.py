import pytest
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant
from payments.models import Refund, WebhookEvent
from tests.payments.studio.making import (
    EVENTS,
    GRANTS,
    LIST,
    MONEY,
    RUNS,
    WHY,
    address,
    make_attempt,
    make_event,
    make_purchase,
    make_refund,
)

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


@pytest.mark.parametrize("person", [None, "learner", "author"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_acts_are_for_administrators(client_for, request, other_learner, person, method):
    purchase = make_purchase(other_learner)
    refund = make_refund(purchase, status="refused")
    grant = AccessGrant.objects.create(user=other_learner, source="staff", reference="1")
    event = make_event()
    client = client_for(request.getfixturevalue(person) if person else None)
    before = ModelLogEntry.objects.count()

    for path in [
        *[address(purchase, act) for act in ("", "refund/", "withhold/", "release/")],
        f"/studio/payments/refunds/{refund.pk}/retry/",
        f"{GRANTS}give/",
        f"{GRANTS}{grant.pk}/take-back/",
        f"{EVENTS}{event.pk}/retry/",
        f"{RUNS}run/",
        MONEY,
    ]:
        form = {**WHY, "amount": "10", "left": 5900, "email": other_learner.email}
        response = getattr(client, method)(path, form if method == "post" else None)
        assert response.status_code == 302, path
        assert not response["Location"].startswith("/studio/payments/"), path

    assert ModelLogEntry.objects.count() == before
    assert Refund.objects.get().status == "refused"
    assert AccessGrant.objects.get(source="staff").revoked_at is None
    assert WebhookEvent.objects.get().status == "set-aside"


def test_what_does_not_exist_is_not_found(client_for, admin, learner):
    client = client_for(admin)
    unpaid = make_attempt(learner, status="open", payment_status="unpaid")
    other = AccessGrant.objects.create(user=learner, source="purchase", reference="bought")
    for path in [
        *[f"{LIST}{unpaid.pk}/{act}/" for act in ("refund", "withhold", "release")],
        f"{LIST}0/",
        "/studio/payments/refunds/0/retry/",
        f"{EVENTS}0/retry/",
        f"{GRANTS}{other.pk}/take-back/",
    ]:
        assert client.get(path).status_code == 404, path
