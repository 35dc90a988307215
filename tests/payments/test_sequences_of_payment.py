"""Sequences of docs/payments.md in which the money takes its time, costs less or nothing, or the news never comes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError

from accounts.models import AccessGrant
from accounts.queries import has_access
from payments.models import CheckoutSession, Purchase, Reconciliation, WebhookEvent
from payments.sandbox import acts
from payments.sandbox.errors import ApiError
from payments.services import fulfilment, reconciliation
from payments.services.events import process_event
from payments.services.reconciliation import reconcile
from tests.payments.conftest import assert_nothing_opened, grants_of, post_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(bench, learner, checkout) -> str:
    """A session whose page is complete, and whose money is on its way."""
    session_id: str = checkout(learner)
    acts.pay_later(bench.sandbox, session_id)
    return session_id


def test_sequence_8_completed_and_unpaid_is_pending(bench, learner, pending, deliver, come_back, client_for):
    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert_nothing_opened(learner)
    session = CheckoutSession.objects.get()
    assert (session.status, session.payment_status, session.is_pending) == ("complete", "unpaid", True)
    assert "on its way" in come_back(learner, pending).content.decode()
    # Whoever pays again now would pay twice.
    assert client_for(learner).post("/pricing/")["Location"] == "/pricing/"
    assert CheckoutSession.objects.count() == 1


def test_sequence_9_then_async_succeeded_is_active(bench, learner, pending, deliver):
    deliver(bench.event("checkout.session.completed"))
    acts.finish_late_payment(bench.sandbox, pending)

    assert deliver(bench.event("checkout.session.async_payment_succeeded")).status_code == 200

    assert has_access(learner)
    assert grants_of(learner) == [("purchase", pending, True)]
    assert Purchase.objects.get().amount == 7900
    assert [message.subject for message in mail.outbox] == ["Receipt: $79.00 for eScan Academy"]


def test_sequence_10_then_async_failed_is_none_and_another_try_is_free(bench, learner, pending, deliver, checkout):
    deliver(bench.event("checkout.session.completed"))
    acts.fail_late_payment(bench.sandbox, pending)

    assert deliver(bench.event("checkout.session.async_payment_failed")).status_code == 200

    assert_nothing_opened(learner)
    assert CheckoutSession.objects.get().payment_status == "failed"
    another = checkout(learner)
    assert another != pending
    bench.press("pay", another)
    deliver(bench.event("checkout.session.completed"))
    assert grants_of(learner) == [("purchase", another, True)]


def test_sequence_10_another_try_is_free_before_the_failure_was_told(bench, learner, pending, deliver, checkout):
    deliver(bench.event("checkout.session.completed"))
    acts.fail_late_payment(bench.sandbox, pending)

    assert checkout(learner) != pending


def test_sequence_11_async_succeeded_before_completed_is_active(bench, learner, pending, deliver):
    completed = bench.event("checkout.session.completed")
    acts.finish_late_payment(bench.sandbox, pending)

    deliver(bench.event("checkout.session.async_payment_succeeded"))
    assert grants_of(learner) == [("purchase", pending, True)]
    # It still says `unpaid`, as it was made.
    assert completed["data"]["object"]["payment_status"] == "unpaid"
    deliver(completed)

    assert grants_of(learner) == [("purchase", pending, True)]
    assert CheckoutSession.objects.get().payment_status == "paid"
    assert len(mail.outbox) == 1


def test_sequence_11_async_succeeded_delivered_while_completed_was_all_that_happened(bench, learner, pending, deliver):
    """An event that is ahead of what Stripe says opens nothing: the session is fetched, not believed."""
    event = bench.event("checkout.session.completed")

    deliver({**event, "id": "evt_ahead", "type": "checkout.session.async_payment_succeeded"})

    assert_nothing_opened(learner)


def test_sequence_14_expired_here_and_paid_at_stripe_is_active(bench, learner, checkout, deliver, come_back):
    session_id = checkout(learner)
    # Our own clock ended the attempt while the learner was paying.
    CheckoutSession.objects.update(status="expired")
    bench.press("pay", session_id)

    deliver(bench.event("checkout.session.completed"))

    assert grants_of(learner) == [("purchase", session_id, True)]
    assert CheckoutSession.objects.get().status == "complete"
    assert "Everything is open." in come_back(learner, session_id).content.decode()


@pytest.mark.parametrize("number", range(5))
def test_sequence_14_expiring_races_with_paying(bench, learner, checkout, deliver, number):
    session_id = checkout(learner)

    def attempt(act) -> bool:
        try:
            act(bench.sandbox, session_id)
        except ApiError:
            return False
        return True

    in_order = [acts.pay, acts.expire] if number % 2 else [acts.expire, acts.pay]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, in_order)) == [False, True]
    is_paid = bench.sandbox.store.objects[session_id]["payment_status"] == "paid"
    for event in bench.sandbox.store.newest("event"):
        deliver(event)

    assert grants_of(learner) == ([("purchase", session_id, True)] if is_paid else [])
    assert CheckoutSession.objects.get().status == ("complete" if is_paid else "expired")


def test_sequence_28_a_promotion_of_all_of_it_is_active(bench, learner, checkout, deliver, come_back):
    session_id = checkout(learner)
    acts.apply_code(bench.sandbox, session_id, "WELCOME100")
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")
    assert event["data"]["object"]["payment_intent"] is None
    assert event["data"]["object"]["payment_status"] == "no_payment_required"

    assert deliver(event).status_code == 200

    assert grants_of(learner) == [("purchase", session_id, True)]
    purchase = Purchase.objects.get()
    assert (purchase.amount, purchase.discount, purchase.tax, purchase.currency) == (0, 7900, 0, "usd")
    assert (purchase.reference, purchase.stands) == (session_id, True)
    assert len(mail.outbox) == 1
    assert "Everything is open." in come_back(learner, session_id).content.decode()


def test_sequence_28_a_promotion_after_a_declined_card_is_active(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    acts.decline(bench.sandbox, session_id)
    acts.apply_code(bench.sandbox, session_id, "WELCOME100")
    bench.press("pay", session_id)

    deliver(bench.event("checkout.session.completed"))

    assert grants_of(learner) == [("purchase", session_id, True)]


def test_sequence_29_promotion_and_tax_is_active_and_the_amounts_are_stored(
    bench, learner, checkout, deliver, settings
):
    settings.AUTOMATIC_TAX = True
    session_id = checkout(learner)
    acts.apply_code(bench.sandbox, session_id, "COLLEAGUE20")
    bench.press("pay", session_id)

    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert grants_of(learner) == [("purchase", session_id, True)]
    purchase = Purchase.objects.get()
    # 79.00 less 20 per cent, and 8 per cent of the rest.
    assert (purchase.discount, purchase.tax, purchase.amount) == (1580, 506, 6826)
    assert bench.sandbox.store.objects[session_id]["amount_total"] == 6826
    assert [message.subject for message in mail.outbox] == ["Receipt: $68.26 for eScan Academy"]
    text = " ".join(mail.outbox[0].body.split())
    assert all(part in text for part in ("$79.00", "$15.80", "$5.06", "$68.26"))


def test_sequence_29_a_full_refund_is_of_what_was_paid_and_not_of_the_price(
    bench, learner, checkout, deliver, settings
):
    settings.AUTOMATIC_TAX = True
    session_id = checkout(learner)
    acts.apply_code(bench.sandbox, session_id, "COLLEAGUE20")
    bench.press("pay", session_id)
    deliver(bench.event("checkout.session.completed"))

    acts.refund(bench.sandbox, Purchase.objects.get().reference, {})
    deliver(bench.event("charge.refunded"))

    assert Purchase.objects.get().refunded_amount == 6826
    assert grants_of(learner) == [("purchase", session_id, False)]


def test_sequence_36_database_fails_while_the_event_is_stored(bench, learner, checkout, deliver, client, monkeypatch):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("the database is away")

    client.raise_request_exception = False
    monkeypatch.setattr(WebhookEvent.objects, "get_or_create", fail)
    assert post_event(client, event).status_code == 503
    monkeypatch.undo()
    assert_nothing_opened(learner)
    assert WebhookEvent.objects.count() == 0

    # Stripe tries again.
    assert deliver(event).status_code == 200
    assert grants_of(learner) == [("purchase", session_id, True)]
    assert len(mail.outbox) == 1


def test_sequence_36_database_fails_midway_through_the_work(bench, learner, checkout, deliver, monkeypatch):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")

    def fail(**kwargs: object) -> None:
        raise OperationalError("the database is away")

    # After session, purchase and audit rows are written, before access opens.
    with monkeypatch.context() as patch:
        patch.setattr(fulfilment, "grant_access", fail)
        assert deliver(event).status_code == 200

    assert_nothing_opened(learner)
    assert CheckoutSession.objects.get().payment_status == "unpaid"
    row = WebhookEvent.objects.get()
    assert (row.status, row.attempts, row.error) == ("waiting", 1, "OperationalError: the database is away")

    WebhookEvent.objects.update(next_try_at=row.received_at)
    process_event(pk=row.pk)
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("done", 2)
    assert grants_of(learner) == [("purchase", session_id, True)]


def test_sequence_38_webhooks_are_down_and_reconcile_grants(
    bench, learner, checkout, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(reconciliation, "PATIENCE", timedelta(0))
    session_id = checkout(learner)
    bench.press("pay", session_id)
    assert_nothing_opened(learner)

    with django_capture_on_commit_callbacks(execute=True):
        reconcile()

    assert grants_of(learner) == [("purchase", session_id, True)]
    receipts = [message.to for message in mail.outbox if message.subject.startswith("Receipt")]
    assert receipts == [["learner@example.org"]]

    def rows() -> list[object]:
        tables = (AccessGrant, Purchase, CheckoutSession, WebhookEvent)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    before, mails = rows(), len(mail.outbox)
    with django_capture_on_commit_callbacks(execute=True):
        reconcile()
    assert (rows(), len(mail.outbox)) == (before, mails)
    assert Reconciliation.objects.first().found == []
