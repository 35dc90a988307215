"""No words of a visitor's go to an address that nobody has proven: our domain would say them for anybody."""

import uuid

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.mail import services as mails
from accounts.mail.kinds import KINDS
from accounts.models import User
from escan.support.services.requests import ask_for_address
from payments.models import CheckoutSession, Gift, Purchase
from payments.services.gifts import change_recipient
from payments.services.giving import give_to_many, undo_giving
from tests.mails import html_of, text_of

WORDS = "Call-555-now"

# To whom each kind goes. A new one has to be thought about: may somebody else have typed the address?
TO_ANY_ADDRESS = {"code", "confirmation", "gift", "access given", "access closed", "address proof"}
TO_OWNERS = {
    *("notice", "address check", "certificate", "receipt", "refund", "refund failed", "paid twice"),
    *("gift accepted", "gift returned", "unclaimed-credit", "review-due"),
    *("certificate-withdrawn", "correction-refused", "test-passed"),
}
TO_STAFF = {"message", "medical-review-waiting", "medical-review-news"}


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Mails wait for a commit, and no test here makes one."""
    monkeypatch.setattr(mails, "_enqueue", lambda row: mails.send_mail(mail_id=row.pk))


@pytest.fixture
def wordy(learner: User) -> User:
    User.objects.filter(pk=learner.pk).update(name=WORDS)
    learner.refresh_from_db()
    return learner


def browser() -> Client:
    return Client(HTTP_USER_AGENT=WORDS, HTTP_REFERER=f"http://testserver/{WORDS}")


def write_to_staff(wordy: User) -> None:
    words = {"topic": "question", "name": WORDS, "email": "victim@example.org", "message": WORDS}
    assert browser().post("/contact/", words).status_code == 302


def give(wordy: User) -> None:
    now = timezone.now()
    paid = {"status": "complete", "payment_status": "paid", "amount": 7900, "currency": "usd", "expires_at": now}
    session = CheckoutSession.objects.create(
        user=wordy, is_gift=True, idempotency_key=uuid.uuid4(), stripe_id="cs_1", price="price_1", **paid
    )
    Purchase.objects.create(session=session, amount=7900, currency="usd", paid_at=now)
    gift = Gift.objects.create(session=session, recipient="old@example.org", message=WORDS)
    mails.queue_mail(kind="gift", reference=str(gift.pk), to=gift.recipient)
    change_recipient(user=wordy, gift_id=gift.pk, recipient="victim@example.org")


def ask_for_codes(wordy: User) -> None:
    browser().post("/accounts/signup/", {"email": "victim@example.org", "password1": WORDS, "name": WORDS})
    browser().post("/accounts/login/", {"login": "unknown@example.org"})
    browser().post("/accounts/password/reset/", {"email": "unknown@example.org"})
    # The same address a second time, before its owner has proven anything.
    browser().post("/accounts/signup/", {"email": "victim@example.org", "password1": WORDS})
    browser().post("/accounts/login/", {"login": "victim@example.org"})


def change_address(wordy: User) -> None:
    client = browser()
    client.post("/accounts/login/", {"login": wordy.email, "password": "correct horse battery"})
    client.post("/accounts/email/", {"email": "victim@example.org", "action_add": ""})


def have_staff_write_to(wordy: User) -> None:
    address = "colleague@example.org"
    giving = give_to_many(addresses=[address], key=uuid.uuid4(), because=WORDS, is_mailed=True, by=wordy)
    undo_giving(giving_id=giving.pk, because=WORDS, is_mailed=True, by=wordy)
    ask_for_address(user=wordy, email="victim@example.org", because=WORDS, by=wordy)


def test_every_kind_is_thought_about():
    assert set(KINDS) == TO_ANY_ADDRESS | TO_OWNERS | TO_STAFF


@pytest.mark.parametrize(
    ("act", "count"),
    [(write_to_staff, 1), (give, 2), (ask_for_codes, 5), (change_address, 1), (have_staff_write_to, 3)],
)
def test_no_words_of_a_visitor_go_to_an_address_that_nobody_has_proven(wordy, act, count):
    act(wordy)

    sent = [message for message in mail.outbox if message.to not in ([wordy.email], [settings.CONTACT_EMAIL])]
    assert len(sent) == count
    for message in sent:
        told = [str(message.subject), text_of(message), html_of(message), str(message.message().items())]
        assert not any(WORDS.lower() in part.lower() for part in told), message.subject
