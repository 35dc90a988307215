"""A code that takes everything off: nothing was charged, and nothing says that something was."""

import re
from collections.abc import Callable

import pytest
from django.core import mail

from accounts.models import User
from payments.models import CheckoutSession, Gift
from payments.sandbox import acts
from payments.services.fulfilment import fulfil
from payments.services.gifts import take_back_gift
from tests.conftest import make_user
from tests.html import flat
from tests.mails import html_of, text_of
from tests.payments.conftest import Bench

pytestmark = pytest.mark.django_db


@pytest.fixture
def giver(db) -> User:
    return make_user("giver@example.org", name="Nils Öberg, MD")


@pytest.fixture
def give(bench: Bench, client_for, giver: User) -> Callable[[str], str]:
    """A gift to the address by a code; its session."""

    def press(recipient: str) -> str:
        page = client_for(giver).post("/gifts/", {"recipient": recipient, "message": ""})["Location"]
        session_id = re.search(r"cs_test_\w+", page).group()
        acts.apply_code(bench.sandbox, session_id, "WELCOME100")
        acts.pay(bench.sandbox, session_id)
        fulfil(session_id=session_id)
        return session_id

    return press


def read(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return flat(response.content.decode())


@pytest.fixture
def free(bench, learner, checkout, come_back) -> tuple[int, str]:
    """Bought by a code of 100 %: its number, and the page that the learner came back to."""
    session_id = checkout(learner)
    acts.apply_code(bench.sandbox, session_id, "WELCOME100")
    acts.pay(bench.sandbox, session_id)
    page = flat(come_back(learner, session_id).content.decode())
    return CheckoutSession.objects.get().pk, page


def test_a_code_of_a_hundred_per_cent_speaks_of_no_payment(client_for, learner, admin, free):
    number, page = free
    client = client_for(learner)

    assert "Your code covers the full price, so nothing was charged." in page
    history = read(client, "/accounts/purchases/")
    receipt = read(client, f"/accounts/purchases/{number}/")
    assert "Opened by a code: nothing was charged" in history
    assert "Opened by a code: nothing was charged" in receipt
    assert "Nothing was charged, so there is nothing to give back." in receipt
    assert "Ask for a refund" not in history + receipt
    assert "Paid on" not in receipt
    assert "Paid by" not in receipt
    refund_page = read(client, f"/accounts/purchases/{number}/refund/")
    assert "Nothing was charged, so there is nothing to give back." in refund_page
    story = read(client_for(admin), f"/studio/payments/purchases/{number}/")
    assert "Opened by a code: nothing was charged" in story
    [message] = mail.outbox
    assert message.subject == "Receipt: your code was taken, nothing was charged"
    html = html_of(message)
    for text in (text_of(message), html):
        assert "your code covers the full price, so nothing was charged" in text
        assert "payment arrived" not in text
        assert "Paid by" not in text
    for text in (page, history, receipt, text_of(message), html):
        assert "payment of $0.00" not in text
        assert "you paid for" not in text


def test_a_gift_by_a_code_promises_no_money_back(client_for, giver, give, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session_id = give("friend@example.org")
    number, gift = CheckoutSession.objects.get().pk, Gift.objects.get()
    client = client_for(giver)

    back = read(client, f"/pricing/done/?session_id={session_id}")
    history, receipt = read(client, "/accounts/purchases/"), read(client, f"/accounts/purchases/{number}/")
    question = read(client, f"/gifts/given/{gift.pk}/take-back/")
    answer = flat(client.post(f"/gifts/given/{gift.pk}/take-back/", follow=True).content.decode())

    assert "Your code covers the full price, so nothing was charged." in back
    assert "Given by a code, nothing was charged; the gift waits to be accepted" in history
    assert "Nothing was charged, so there is nothing to give back. You can change" in receipt
    assert "A code paid for it, so no money goes back." in question
    assert "The gift is taken back. A code paid for it, so no money goes back." in answer
    assert "Given by a code, nothing was charged; the gift was taken back" in read(client, "/accounts/purchases/")
    for page in (back, history, receipt, question, answer):
        assert "payment of $0.00" not in page
        assert "$0.00 go back" not in page
        assert "refund is ordered" not in page


def test_a_gift_by_a_code_that_nobody_takes_comes_back_without_money(
    give, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        give("friend@example.org")
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        take_back_gift(gift_id=Gift.objects.get().pk)

    [message] = mail.outbox
    for text in (text_of(message), html_of(message)):
        assert "A code paid for it, so no money goes back." in text
        assert "What you paid" not in text
