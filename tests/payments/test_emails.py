from datetime import UTC, datetime

import pytest
from django.core import mail

from accounts import mails
from accounts.models import Mail, User
from payments.models import Purchase
from payments.services import fulfil

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(bench, learner, checkout) -> Mail:
    """Due, and not sent: the message to the worker is lost."""
    session_id = checkout(learner)
    bench.press("pay", session_id)
    fulfil(session_id=session_id)
    return Mail.objects.get()


def test_receipt_is_due_with_the_purchase_that_it_is_for(receipt, learner):
    assert (receipt.kind, receipt.reference) == ("receipt", str(Purchase.objects.get().pk))
    assert (receipt.user, receipt.to, receipt.status) == (learner, "learner@example.org", "waiting")


def test_receipt_is_one_however_often_the_purchase_is_looked_at(receipt):
    fulfil(session_id=str(Purchase.objects.get().session))

    assert Mail.objects.get() == receipt


def test_receipt_says_what_was_paid_and_when_it_was_where_the_learner_is(receipt, learner):
    User.objects.filter(pk=learner.pk).update(time_zone="Asia/Tokyo")
    Purchase.objects.update(paid_at=datetime(2026, 11, 21, 18, 0, tzinfo=UTC))

    assert mails.send_mail(mail_id=receipt.pk) is True

    [message] = mail.outbox
    assert message.subject == "Receipt: $79.00 for eScan Academy"
    assert message.to == ["learner@example.org"]
    html, media_type = message.alternatives[0]
    assert media_type == "text/html"
    for body in (message.body, html):
        assert "$79.00" in body
        assert "22 November 2026" in body
        assert Purchase.objects.get().reference in body
        assert "Access to every course, once, without an end" in body
        assert "http://testserver/courses/" in body
        assert "http://testserver/refunds/" in body


def test_receipt_goes_with_the_account(receipt, learner):
    User.objects.get(pk=learner.pk).delete()

    assert not Mail.objects.exists()
    assert mails.send_mail(mail_id=receipt.pk) is False
    assert mail.outbox == []
