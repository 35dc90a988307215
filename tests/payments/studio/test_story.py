from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from payments.models import Gift, Purchase
from payments.studio import story
from tests.payments.studio.making import (
    LIST,
    WHY,
    address,
    make_attempt,
    make_dispute,
    make_event,
    make_purchase,
    make_refund,
    text_of,
)

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


def told(client, purchase: Purchase) -> list[str]:
    return [step.what for step in client.get(address(purchase)).context["steps"]]


def test_story_tells_everything_in_order(client_for, admin, learner):
    purchase = make_purchase(learner)
    event = make_event(1, object_id="cs_test_1", status="done", error="", attempts=1)
    make_event(2, payment_intent="pi_1")
    make_event(3, payment_intent="pi_other")
    Mail.objects.create(user=learner, to=learner.email, kind="receipt", reference=str(purchase.pk))
    make_refund(purchase, note="Half", ordered_by=admin, reason="staff", status="refused", problem="No <i>funds</i>")
    make_dispute(purchase, respond_by=timezone.now() + timedelta(days=7))
    client = client_for(admin)
    client.post(address(purchase, "withhold/"), WHY)

    assert set(told(client, purchase)) == {
        "Checkout begun",
        "Paid: $79.00",
        "Access granted",
        "Stripe reported: charge.refunded",
        "Mail, receipt: waiting",
        "Refund of $20.00: refused",
        "Dispute of $79.00: needs a response",
        "Access withheld by staff",
        "Access revoked",
    }
    steps = client.get(address(purchase)).context["steps"]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert [step.source for step in steps if step.source.startswith("evt")] == [event.stripe_id, "evt_2"]
    assert [step.what for step in steps][:2] == ["Checkout begun", "Paid: $79.00"]
    page = text_of(client, address(purchase))
    assert "No &lt;i&gt;funds&lt;/i&gt;" in page
    assert "They asked on the telephone" in page
    assert "dashboard.stripe.com" not in page


def test_story_of_a_gift(client_for, admin, learner, other_learner):
    purchase = make_purchase(learner, is_gift=True)
    gift = Gift.objects.create(session=purchase.session, recipient=other_learner.email)
    Mail.objects.create(to=gift.recipient, kind="gift", reference=str(gift.pk))
    Mail.objects.create(to=gift.recipient, kind="gift", reference=f"{gift.pk}-abc")
    Mail.objects.create(to=gift.recipient, kind="gift", reference=f"{gift.pk}1")
    client = client_for(admin)

    assert told(client, purchase) == [
        "Checkout of a gift begun",
        "Paid: $79.00",
        "Mail, gift: waiting",
        "Mail, gift: waiting",
    ]
    assert other_learner.email in text_of(client, address(purchase))


def test_story_of_a_deleted_learner_and_of_nothing_paid(client_for, admin, learner):
    purchase = make_purchase(None)
    unpaid = make_attempt(learner, 2, status="expired", payment_status="unpaid")
    client = client_for(admin)

    assert "Deleted account" in text_of(client, address(purchase))
    page = text_of(client, f"{LIST}{unpaid.pk}/")
    assert "Checkout expired" in page
    assert "Withhold access" not in page


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("sk_live_1", "https://dashboard.stripe.com/payments/pi_1"),
        ("sk_test_1", "https://dashboard.stripe.com/test/payments/pi_1"),
    ],
)
def test_story_links_to_stripe(settings, key, expected):
    settings.STRIPE_API_KEY, settings.SANDBOX_URL = key, ""
    assert story.get_dashboard_url("payments", "pi_1") == expected
    assert story.get_dashboard_url("payments", None) == ""
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    assert story.get_dashboard_url("payments", "pi_1") == ""
