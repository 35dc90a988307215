"""The history of purchases, a receipt, and asking for the money back."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessGrant
from accounts.queries import has_access
from payments import gateway
from payments.models import CheckoutSession, Purchase, Refund
from payments.sandbox import acts
from payments.services.refunds import request_refund
from tests.html import flat

pytestmark = pytest.mark.django_db

HISTORY = "/accounts/purchases/"


@pytest.fixture
def buy(bench, checkout, come_back):
    """A learner who bought access: the number of their checkout."""

    def pay(user) -> int:
        session_id = checkout(user)
        bench.press("pay", session_id)
        come_back(user, session_id)
        mail.outbox.clear()
        return CheckoutSession.objects.get(stripe_id=session_id).pk

    return pay


@pytest.fixture
def ask(client_for, django_capture_on_commit_callbacks):
    """Press the button that asks for the money back, and let the work that it enqueues run."""

    def press(user, number: int):
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(user).post(f"{HISTORY}{number}/refund/", follow=True)

    return press


def read(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    assert "style=" not in page
    assert "<script>" not in page
    return page


def test_history_without_purchases_leads_to_the_price(client_for, learner):
    page = read(client_for(learner), HISTORY)

    assert "You have bought nothing yet." in page
    assert '<a class="btn" href="/pricing/">See the price</a>' in page
    assert f'href="{HISTORY}"' in read(client_for(learner), "/accounts/profile/")


def test_history_shows_ones_own_purchase_and_nobody_elses(client_for, learner, other_learner, buy):
    number = buy(learner)

    page = read(client_for(learner), HISTORY)
    assert "Access to every course" in page
    assert "$79.00" in page
    assert f'href="{HISTORY}{number}/refund/">Ask for a refund</a>' in page
    assert "You have bought nothing yet." in read(client_for(other_learner), HISTORY)


def test_history_leaves_out_what_never_came_to_a_payment(client_for, learner, bench, checkout):
    acts.expire(bench.sandbox, checkout(learner))
    checkout(learner)

    assert "You have bought nothing yet." in read(client_for(learner), HISTORY)


def make_paid(user, number: int) -> None:
    session = CheckoutSession.objects.create(
        user=user,
        idempotency_key=f"00000000-0000-4000-8000-{number:012}",
        stripe_id=f"cs_test_{number}",
        payment_intent=f"pi_{number}",
        price="price_1",
        amount=7900,
        currency="usd",
        status="complete",
        payment_status="paid",
        expires_at="2026-01-01T00:00Z",
    )
    purchase = Purchase.objects.create(session=session, amount=7900, currency="usd", paid_at="2026-01-01T00:00Z")
    purchase.refunds.create(
        stripe_id=f"re_{number}", amount=100, currency="usd", status="succeeded", created_at="2026-01-02T00:00Z"
    )


def test_history_asks_as_often_for_three_as_for_one(client_for, learner):
    client = client_for(learner)
    counts = []
    for numbers in ([1], [2, 3]):
        for number in numbers:
            make_paid(learner, number)
        with CaptureQueriesContext(connection) as asked:
            read(client, HISTORY)
        counts.append(len(asked))
    assert counts == [5, 5]


def test_receipt_shows_what_was_paid(client_for, learner, buy):
    number = buy(learner)

    page = read(client_for(learner), f"{HISTORY}{number}/")

    purchase = Purchase.objects.get()
    for expected in ("eScan Academy", "Access to every course", "$79.00", purchase.reference, learner.email):
        assert expected in page
    assert "Promotion" not in page
    assert "Tax" not in page


def test_receipt_shows_promotion_and_tax(client_for, learner, buy):
    number = buy(learner)
    Purchase.objects.update(discount=1900, tax=480, amount=6480)

    page = read(client_for(learner), f"{HISTORY}{number}/")

    for row in ("<dt>Price</dt><dd>$79.00", "<dt>Promotion</dt><dd>-$19.00", "<dt>Tax</dt><dd>$4.80", "$64.80"):
        assert row in flat(page)


@pytest.mark.parametrize("paper", ["invoice", "invoice-pdf", "stripe-receipt"])
def test_papers_are_stripes_own(client_for, learner, buy, monkeypatch, paper):
    number = buy(learner)
    papers = gateway.Papers(
        invoice="https://stripe.example/invoice",
        invoice_pdf="https://stripe.example/invoice-pdf",
        receipt="https://stripe.example/stripe-receipt",
    )
    monkeypatch.setattr(gateway, "find_papers", lambda session_id: papers)

    response = client_for(learner).get(f"{HISTORY}{number}/{paper}/")

    assert (response.status_code, response["Location"]) == (303, f"https://stripe.example/{paper}")


def test_papers_that_do_not_exist_are_said_to(client_for, learner, buy, monkeypatch):
    number = buy(learner)
    monkeypatch.setattr(gateway, "find_papers", lambda session_id: gateway.Papers("", "", ""))

    response = client_for(learner).get(f"{HISTORY}{number}/invoice/", follow=True)

    assert response.redirect_chain == [(f"{HISTORY}{number}/", 303)]
    assert "Stripe has no such paper for this purchase." in response.content.decode()
    assert client_for(learner).get(f"{HISTORY}{number}/anything/").status_code == 404


def test_papers_when_stripe_is_away(client_for, learner, buy, settings, monkeypatch):
    number = buy(learner)
    monkeypatch.setattr(gateway, "NETWORK_RETRIES", 0)
    settings.SANDBOX_URL = "http://127.0.0.1:9"

    response = client_for(learner).get(f"{HISTORY}{number}/invoice/", follow=True)

    assert "Stripe cannot be reached just now." in response.content.decode()


@pytest.mark.parametrize("rest", ["", "refund/", "invoice/"])
def test_what_another_bought_does_not_exist(client_for, learner, other_learner, admin, buy, ask, rest):
    number = buy(learner)

    for person in (other_learner, admin):
        assert client_for(person).get(f"{HISTORY}{number}/{rest}").status_code == 404
        assert client_for(person).post(f"{HISTORY}{number}/refund/").status_code == 404
    assert has_access(learner)
    assert not Refund.objects.exists()


def test_refund_tells_the_consequences_first(client_for, learner, buy):
    number = buy(learner)

    page = read(client_for(learner), f"{HISTORY}{number}/refund/")

    for expected in ("Closes at once", "Those that you hold stay valid", "five to ten days", "cannot be undone"):
        assert expected in page
    assert "Refund $79.00 and close the courses</button>" in flat(page)
    assert has_access(learner)
    assert not Refund.objects.exists()


def test_refund_gives_everything_back_and_closes(client_for, learner, buy, ask):
    number = buy(learner)

    page = ask(learner, number).content.decode()

    assert "Your refund is ordered, and the courses are closed." in page
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (7900, "requested", "succeeded")
    assert not has_access(learner)
    assert [message.subject for message in mail.outbox] == ["Refund: $79.00 from eScan Academy"]
    history = read(client_for(learner), HISTORY)
    assert "Refunded" in history
    assert "Ask for a refund" not in history
    assert "sent back; your bank shows it" in read(client_for(learner), f"{HISTORY}{number}/")


def test_refund_before_stripe_answers_says_that_it_is_on_its_way(client_for, learner, buy):
    number = buy(learner)
    request_refund(user=learner, session_id=str(CheckoutSession.objects.get(pk=number)))

    assert "Refund on its way" in read(client_for(learner), HISTORY)
    page = read(client_for(learner), f"{HISTORY}{number}/")
    assert "$79.00: on its way" in flat(page)
    assert "Your progress, your completions and your certificates stay." in page


def test_refund_asked_for_twice_is_given_once(client_for, learner, buy, ask):
    number = buy(learner)
    ask(learner, number)

    page = ask(learner, number).content.decode()

    assert "Money of this purchase went back already, or is on its way." in page
    assert Refund.objects.count() == 1
    assert "cannot be refunded here" in read(client_for(learner), f"{HISTORY}{number}/refund/")


def test_refund_after_the_period_says_why_not_and_what_to_do(client_for, learner, buy, ask, settings):
    number = buy(learner)
    Purchase.objects.update(paid_at="2026-01-01T00:00Z")
    settings.REFUND_DAYS = 30

    page = read(client_for(learner), f"{HISTORY}{number}/refund/")
    assert "A refund can be asked for within 30 days of the purchase." in page
    assert 'href="/contact/?topic=refund">Write to us</a>' in flat(page)
    assert "<button class" not in page.partition("<main")[2].partition("</main")[0]
    assert "within 30 days" in ask(learner, number).content.decode()
    assert has_access(learner)
    assert not Refund.objects.exists()


def test_refund_after_a_claim_is_refused(client_for, learner, buy, ask, monkeypatch):
    number = buy(learner)
    monkeypatch.setattr("payments.queries.refunds.OBSTACLES", [lambda user: "You have claimed credit."])

    assert "You have claimed credit." in read(client_for(learner), f"{HISTORY}{number}/refund/")
    assert "You have claimed credit." in ask(learner, number).content.decode()
    assert has_access(learner)
    assert not Refund.objects.exists()


def test_refund_of_what_was_not_paid_does_not_exist(client_for, learner, bench, checkout, come_back):
    session_id = checkout(learner)
    bench.press("later", session_id)
    come_back(learner, session_id)
    number = CheckoutSession.objects.get().pk

    assert client_for(learner).get(f"{HISTORY}{number}/refund/").status_code == 404
    assert "On its way: your bank takes some days" in read(client_for(learner), HISTORY)
    assert "Once the money arrives, everything opens" in read(client_for(learner), f"{HISTORY}{number}/")


def test_dispute_closes_and_is_told(client_for, learner, bench, buy, come_back):
    number = buy(learner)
    session = CheckoutSession.objects.get(pk=number)
    acts.open_dispute(bench.sandbox, session.payment_intent)

    page = come_back(learner, str(session)).content.decode()

    assert "Your bank asked for this payment back" in page
    assert AccessGrant.objects.get(user=learner).revoked_at is not None
    assert "Closed: disputed at your bank" in read(client_for(learner), HISTORY)
    assert "is decided there" in read(client_for(learner), f"{HISTORY}{number}/refund/")
