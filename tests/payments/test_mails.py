from datetime import UTC, datetime

import pytest
from django.core import mail

from accounts.mail import services as mails
from accounts.mail.emails import build_email
from accounts.models import Mail, User
from payments.models import CheckoutSession, Gift, Purchase, Reconciliation, Refund
from payments.services.fulfilment import fulfil
from tests.mails import html_of, text_of

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
    for body in (text_of(message), html_of(message)):
        assert "$79.00" in body
        assert "22 November 2026" in body
        assert Purchase.objects.get().reference in body
        assert "Access to every course, once, without an end" in body
        assert "http://testserver/courses/" in body
        assert "http://testserver/refunds/" in body
        assert f"http://testserver/accounts/purchases/{Purchase.objects.get().session_id}/" in body
        assert "within 14 days" in body
        assert "Promotion" not in body


def test_receipt_shows_promotion_and_tax(receipt):
    Purchase.objects.update(discount=1900, tax=480, amount=6480)

    mails.send_mail(mail_id=receipt.pk)

    [message] = mail.outbox
    assert "Price       $79.00\nPromotion   -$19.00\nTax         $4.80\nAmount      $64.80\n" in message.body
    html = html_of(message)
    for part in ("$79.00", "-$19.00", "$4.80", "$64.80"):
        assert part in html


def test_receipt_of_a_gift_says_for_whom(receipt, learner):
    CheckoutSession.objects.update(is_gift=True)
    Gift.objects.create(session=CheckoutSession.objects.get(), recipient="friend@example.org")

    mails.send_mail(mail_id=receipt.pk)

    [message] = mail.outbox
    for body in (text_of(message), html_of(message)):
        assert "a gift for friend@example.org" in body
        assert "http://testserver/gifts/" in body
        assert "14 days" not in body


def send(kind: str, reference: object, to: str = "learner@example.org") -> tuple[str, str, str]:
    """Subject, text and HTML."""
    mail.outbox.clear()
    row = mails.queue_mail(kind=kind, reference=str(reference), to=to)
    assert mails.send_mail(mail_id=row.pk), Mail.objects.get(pk=row.pk).problem
    [message] = mail.outbox
    assert message.to == [to]
    return str(message.subject), text_of(message), html_of(message)


@pytest.mark.parametrize(
    "amount, is_gift, told",
    [
        (7900, False, "What the payment opened is closed."),
        (1000, False, "the courses stay open"),
        (7900, True, "can no longer be used"),
    ],
)
def test_refund_says_how_much_and_what_follows(receipt, amount, is_gift, told):
    CheckoutSession.objects.update(is_gift=is_gift)
    purchase = Purchase.objects.get()
    refund = Refund.objects.create(
        purchase=purchase,
        stripe_id="re_1",
        amount=amount,
        currency="usd",
        status="succeeded",
        created_at=purchase.paid_at,
    )

    subject, *bodies = send("refund", refund.pk)

    assert subject == f"Refund: ${amount // 100}.00 from eScan Academy"
    for body in bodies:
        assert told in body
        assert purchase.reference in body
        assert "five to ten days" in body


@pytest.mark.parametrize("is_gift, told", [(False, True), (True, False)])
def test_refund_that_failed_says_what_is_done_about_it(receipt, is_gift, told):
    CheckoutSession.objects.update(is_gift=is_gift)
    purchase = Purchase.objects.get()
    refund = Refund.objects.create(
        purchase=purchase, stripe_id="re_1", amount=7900, currency="usd", status="failed", created_at=purchase.paid_at
    )

    subject, *bodies = send("refund failed", refund.pk)

    assert subject == "Your refund did not arrive: $79.00 from eScan Academy"
    for body in bodies:
        assert "send it once more" in body
        assert ("is open to you" in body) is told
        assert purchase.reference in body


def test_paid_twice_says_that_nothing_is_to_be_done(receipt):
    subject, *bodies = send("paid twice", Purchase.objects.get().pk)

    assert subject == "You paid twice: $79.00 goes back"
    for body in bodies:
        assert "You need do nothing." in body
        assert "Every course stays open to you." in body


@pytest.fixture
def gift(receipt) -> Gift:
    CheckoutSession.objects.update(is_gift=True)
    session = CheckoutSession.objects.get()
    return Gift.objects.create(session=session, recipient="friend@example.org", message="It's <b>yours</b>\nAda")


def test_gift_tells_the_recipient_what_and_how_and_no_word_of_the_giver(gift):
    subject, text, html = send("gift", gift.pk, to=gift.recipient)

    assert subject == "Somebody gives you every course of eScan Academy"
    for body in (text, html):
        assert "yours" not in body
        assert "Ada" not in body
        assert f"http://testserver/gifts/{gift.token}/" in body
        assert "within 90 days" in body
        assert "$79" not in body


@pytest.mark.parametrize(
    "kind, expected",
    [
        ("gift accepted", "Your gift for friend@example.org was accepted"),
        ("gift returned", "Your gift for friend@example.org comes back to you"),
    ],
)
def test_giver_hears_what_became_of_the_gift(gift, kind, expected):
    subject, *bodies = send(kind, gift.pk)

    assert subject == expected
    for body in bodies:
        assert "http://testserver/gifts/" in body
        assert gift.token not in body


def test_reconciliation_tells_staff_each_sentence(db):
    run = Reconciliation(started_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC), found=["One & two.", "Three."])

    message = build_email(template="payments/email/reconciliation", to="staff@example.org", context={"run": run})

    assert message.subject == "Money and access: 2 cases found"
    assert "- One & two.\n- Three.\n" in message.body
    assert "begun 22 November 2026, 09:30 UTC" in message.body
    assert "One &amp; two.</li>" in html_of(message)


def test_receipt_goes_with_the_account(receipt, learner):
    User.objects.get(pk=learner.pk).delete()

    assert not Mail.objects.exists()
    assert mails.send_mail(mail_id=receipt.pk) is False
    assert mail.outbox == []
