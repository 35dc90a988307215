from dataclasses import replace

import pytest
from wagtail.models import ModelLogEntry

from accounts.queries import has_access
from payments import gateway
from payments.errors import SetAside
from payments.models import CheckoutSession, Purchase, Refund
from payments.sandbox import acts
from payments.services.fulfilment import fulfil

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(bench, learner, checkout) -> str:
    session_id: str = checkout(learner)
    bench.press("pay", session_id)
    return session_id


def test_fulfil_stores_the_payment_as_a_fact(bench, paid, learner):
    session = fulfil(session_id=paid)

    purchase = Purchase.objects.get()
    [charge] = bench.sandbox.store.newest("charge")
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert purchase.session == session
    assert int(purchase.paid_at.timestamp()) == charge["created"]
    assert purchase.stands


def test_fulfil_any_number_of_times_leaves_one_trace(paid, learner):
    for _ in range(3):
        fulfil(session_id=paid)

    actions = ModelLogEntry.objects.filter(action__startswith="payments.").values_list("action", flat=True)
    assert list(actions) == ["payments.purchase"]
    assert ModelLogEntry.objects.filter(action="accounts.grant_access").count() == 1


def test_fulfil_writes_an_audit_row_for_a_refund(bench, paid, learner):
    fulfil(session_id=paid)
    bench.request("POST", f"/sessions/{paid}/refund")

    fulfil(session_id=paid)
    fulfil(session_id=paid)

    entry = ModelLogEntry.objects.get(action="payments.refund")
    assert entry.data == {"user": learner.pk, "status": "succeeded"}
    assert ModelLogEntry.objects.filter(action="accounts.revoke_access").count() == 1


def test_fulfil_of_an_open_session_opens_nothing(learner, checkout):
    session = fulfil(session_id=checkout(learner))

    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert Purchase.objects.count() == 0
    assert not has_access(learner)


def test_fulfil_of_nothing_to_pay_opens_everything(bench, learner, checkout):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    # As Stripe has it after a promotion of 100 %: no payment at all.
    bench.sandbox.store.objects[session_id].update(
        payment_status="no_payment_required", payment_intent=None, amount_total=0
    )

    fulfil(session_id=session_id)

    purchase = Purchase.objects.get()
    assert (purchase.amount, purchase.reference, purchase.stands) == (0, session_id, True)
    assert has_access(learner)


def test_fulfil_completed_and_unpaid_opens_nothing(bench, learner, checkout):
    session_id = checkout(learner)
    acts.pay_later(bench.sandbox, session_id)

    session = fulfil(session_id=session_id)

    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert Purchase.objects.count() == 0
    assert not has_access(learner)


def test_fulfil_with_what_was_fetched_earlier_takes_nothing_back(bench, learner, checkout, monkeypatch):
    session_id = checkout(learner)
    before = gateway.retrieve_checkout_session(session_id)
    bench.press("pay", session_id)
    paid = gateway.retrieve_checkout_session(session_id)
    fulfil(session_id=session_id)
    bench.request("POST", f"/sessions/{session_id}/refund")
    fulfil(session_id=session_id)

    # Two slow readers come last, one from before the payment, one from before the refund.
    monkeypatch.setattr(gateway, "list_refunds", lambda payment_intent: [])
    for fact in (before, paid):
        monkeypatch.setattr(gateway, "retrieve_checkout_session", lambda session_id, fact=fact: fact)
        fulfil(session_id=session_id)

    session = CheckoutSession.objects.get()
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert Refund.objects.get().status == "succeeded"
    assert not has_access(learner)


@pytest.mark.parametrize(
    "told, kept, stands",
    [
        (["pending"], "pending", True),
        (["pending", "succeeded"], "succeeded", False),
        (["succeeded", "pending"], "succeeded", False),
        (["pending", "failed"], "failed", True),
        (["succeeded", "failed"], "failed", True),
        (["failed", "succeeded"], "failed", True),
        (["canceled"], "canceled", True),
    ],
)
def test_fulfil_refund_statuses_only_move_forward(bench, paid, learner, monkeypatch, told, kept, stands):
    acts.refund(bench.sandbox, gateway.retrieve_checkout_session(paid).payment_intent, {})
    [fact] = gateway.list_refunds(gateway.retrieve_checkout_session(paid).payment_intent)
    for status in told:
        monkeypatch.setattr(gateway, "list_refunds", lambda pi, status=status: [replace(fact, status=status)])
        fulfil(session_id=paid)

    assert Refund.objects.get().status == kept
    assert Purchase.objects.get().stands is stands
    assert has_access(learner) is stands


def test_fulfil_tells_a_wrong_payment_and_remembers_that_it_was_paid(bench, paid, learner):
    CheckoutSession.objects.update(amount=100)

    with pytest.raises(SetAside, match="was offered as"):
        fulfil(session_id=paid)

    session = CheckoutSession.objects.get()
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert Purchase.objects.count() == 0
    assert not has_access(learner)


def test_fulfil_finds_the_attempt_when_its_session_was_never_stored(bench, paid, learner):
    CheckoutSession.objects.update(stripe_id=None, url="")

    fulfil(session_id=paid)

    assert CheckoutSession.objects.get().stripe_id == paid
    assert has_access(learner)
