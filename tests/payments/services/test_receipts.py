from datetime import UTC, datetime

import pytest
from django.core import mail

from accounts.models import User
from payments import services
from payments.models import CheckoutSession, Purchase
from payments.services import fulfil

pytestmark = pytest.mark.django_db


@pytest.fixture
def purchase(bench, learner, checkout) -> Purchase:
    session_id = checkout(learner)
    bench.press("pay", session_id)
    fulfil(session_id=session_id)
    return Purchase.objects.get()


def test_send_receipt_once(purchase):
    assert [services.send_receipt(pk=purchase.pk) for _ in range(3)] == [True, False, False]

    purchase.refresh_from_db()
    assert purchase.receipt_due_at is None
    assert purchase.receipt_sent_at is not None
    assert len(mail.outbox) == 1


def test_send_receipt_says_what_was_paid_and_when_it_was_where_the_learner_is(purchase, learner):
    User.objects.filter(pk=learner.pk).update(time_zone="Asia/Tokyo")
    Purchase.objects.update(paid_at=datetime(2026, 11, 21, 18, 0, tzinfo=UTC))

    services.send_receipt(pk=purchase.pk)

    [message] = mail.outbox
    assert message.subject == "Receipt: $79.00 for eScan Academy"
    assert message.to == ["learner@example.org"]
    html, media_type = message.alternatives[0]
    assert media_type == "text/html"
    for body in (message.body, html):
        assert "$79.00" in body
        assert "22 November 2026" in body
        assert purchase.reference in body
        assert "Access to every course, once, without an end" in body
        assert "http://testserver/courses/" in body


def test_send_receipt_of_a_deleted_learner_goes_nowhere(purchase, learner):
    CheckoutSession.objects.update(user=None)

    assert services.send_receipt(pk=purchase.pk) is True

    assert mail.outbox == []
