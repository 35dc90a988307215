"""Refunds and disputes of the sandbox, as Stripe has them."""

import pytest
import stripe

from payments.sandbox import acts
from payments.sandbox.errors import ApiError
from tests.payments.conftest import make_paid_session


@pytest.fixture
def payment(bench, stripe_client) -> str:
    return str(make_paid_session(bench, stripe_client).payment_intent)


def kinds_since(bench, count: int) -> list[str]:
    return [event["type"] for event in reversed(bench.sandbox.store.newest("event"))][count:]


def count_events(bench) -> int:
    return len(bench.sandbox.store.newest("event"))


def charge_of(stripe_client, payment: str) -> stripe.Charge:
    return stripe_client.v1.payment_intents.retrieve(payment, {"expand": ["latest_charge"]}).latest_charge


def test_partial_refunds_add_up(bench, stripe_client, payment):
    before = count_events(bench)
    params = {"payment_intent": payment, "amount": 2000, "reason": "duplicate", "metadata": {"k": "v"}}
    first = stripe_client.v1.refunds.create(params, {"idempotency_key": "a"})
    assert stripe_client.v1.refunds.create(params, {"idempotency_key": "a"}).id == first.id
    assert kinds_since(bench, before) == ["refund.created", "charge.refunded"]
    assert (first.reason, first.metadata["k"], charge_of(stripe_client, payment).refunded) == ("duplicate", "v", False)

    stripe_client.v1.refunds.create({"payment_intent": payment})

    assert [one.amount for one in stripe_client.v1.refunds.list({"payment_intent": payment}).data] == [5900, 2000]
    assert charge_of(stripe_client, payment).refunded is True


@pytest.mark.parametrize("changes", [{"reason": "boredom"}, {"amount": 0}, {"amount": -1}, {"colour": "red"}])
def test_refund_rejects(bench, stripe_client, payment, changes):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.refunds.create({"payment_intent": payment, **changes})
    assert bench.sandbox.store.newest("refund") == []


def test_pending_refund_succeeds_by_hand(bench, stripe_client, payment):
    assert bench.request("POST", "/switches/pending_refunds") == (303, "/")
    refund = stripe_client.v1.refunds.create({"payment_intent": payment})
    assert refund.status == "pending"
    before = count_events(bench)

    assert bench.request("POST", f"/refunds/{refund.id}/succeed")[0] == 303

    assert stripe_client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert kinds_since(bench, before) == ["refund.updated", "charge.refund.updated"]
    assert bench.request("POST", f"/refunds/{refund.id}/succeed")[0] == 400


@pytest.mark.parametrize("pending", [True, False])
def test_refund_fails_while_pending_or_later(bench, stripe_client, payment, pending):
    refund = acts.refund(bench.sandbox, payment, {}, pending=pending)
    assert charge_of(stripe_client, payment).amount_refunded == 7900
    before = count_events(bench)

    assert bench.request("POST", f"/refunds/{refund['id']}/fail")[0] == 303

    failed = stripe_client.v1.refunds.retrieve(refund["id"])
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    charge = charge_of(stripe_client, payment)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert kinds_since(bench, before) == ["refund.updated", "charge.refund.updated", "refund.failed"]
    assert stripe_client.v1.refunds.create({"payment_intent": payment}).status == "succeeded"


def test_dispute_lost(bench, stripe_client, payment):
    before = count_events(bench)
    opened = acts.open_dispute(bench.sandbox, payment, reason="product_not_received")

    [dispute] = stripe_client.v1.disputes.list({"payment_intent": payment}).data
    assert (dispute.id, dispute.amount, dispute.currency) == (opened["id"], 7900, "usd")
    assert (dispute.status, dispute.reason) == ("needs_response", "product_not_received")
    assert (dispute.payment_intent, dispute.charge) == (payment, charge_of(stripe_client, payment).id)
    assert dispute.evidence_details.due_by - dispute.created == 7 * 24 * 60 * 60
    with pytest.raises(stripe.InvalidRequestError, match="has been charged back") as caught:
        stripe_client.v1.refunds.create({"payment_intent": payment})
    assert caught.value.code == "charge_disputed"

    acts.move_dispute(bench.sandbox, dispute.id, "under_review")
    acts.move_dispute(bench.sandbox, dispute.id, "lost")

    assert stripe_client.v1.disputes.retrieve(dispute.id).status == "lost"
    assert kinds_since(bench, before) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
    ]


def test_dispute_won_gives_the_money_back(bench, stripe_client, payment):
    dispute = acts.open_dispute(bench.sandbox, payment)
    before = count_events(bench)

    acts.move_dispute(bench.sandbox, dispute["id"], "won")

    assert kinds_since(bench, before) == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert stripe_client.v1.refunds.create({"payment_intent": payment}).amount == 7900


def test_inquiry_closes_or_becomes_a_dispute(bench, stripe_client, payment):
    before = count_events(bench)
    inquiry = acts.open_dispute(bench.sandbox, payment, status="warning_needs_response")
    with pytest.raises(ApiError, match="has an open dispute already"):
        acts.open_dispute(bench.sandbox, payment)
    acts.move_dispute(bench.sandbox, inquiry["id"], "warning_under_review")
    acts.move_dispute(bench.sandbox, inquiry["id"], "warning_closed")
    assert kinds_since(bench, before) == [
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
    ]

    second = acts.open_dispute(bench.sandbox, payment, status="warning_needs_response")
    acts.move_dispute(bench.sandbox, second["id"], "needs_response")

    assert stripe_client.v1.disputes.retrieve(second["id"]).status == "needs_response"
    assert kinds_since(bench, before)[-1] == "charge.dispute.funds_withdrawn"


def test_prevented_dispute_takes_no_money(bench, stripe_client, payment):
    before = count_events(bench)

    acts.open_dispute(bench.sandbox, payment, status="prevented")

    assert stripe_client.v1.disputes.list({"payment_intent": payment}).data[0].status == "prevented"
    assert kinds_since(bench, before) == ["charge.dispute.created"]


@pytest.mark.parametrize("status", ["warning_closed", "needs_response", "nonsense"])
def test_dispute_makes_no_impossible_step(bench, payment, status):
    dispute = acts.open_dispute(bench.sandbox, payment)
    before = count_events(bench)

    with pytest.raises(ApiError, match="cannot become"):
        acts.move_dispute(bench.sandbox, dispute["id"], status)
    assert (dispute["status"], count_events(bench)) == ("needs_response", before)


def test_disputes_of_another_payment_are_not_listed(bench, stripe_client, payment):
    acts.open_dispute(bench.sandbox, payment)

    assert stripe_client.v1.disputes.list({"payment_intent": "pi_other"}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such dispute: 'du_none'"):
        stripe_client.v1.disputes.retrieve("du_none")
