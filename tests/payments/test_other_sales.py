"""Another shop on the same Stripe account: its sales, refunds and disputes are nobody's work here."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from wagtail.models import ModelLogEntry

from payments.models import CheckoutSession, Dispute, Purchase, Refund, WebhookEvent
from payments.sandbox import acts, shapes
from payments.sandbox.store import Json
from payments.services import reconciliation, staff
from payments.services.events import HANDLERS
from tests.payments.conftest import session_params

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_sale(bench, stripe_client) -> list[Json]:
    """All that Stripe tells of a sale that is not ours: paid, refunded in part, disputed; and one that expired."""
    sandbox = bench.sandbox
    session = stripe_client.v1.checkout.sessions.create(
        session_params(bench, metadata={"order": "4711"}, client_reference_id="cart-4711")
    )
    acts.pay_later(sandbox, session.id)
    acts.finish_late_payment(sandbox, session.id)
    [intent] = sandbox.store.newest("payment_intent")
    acts.fail_refund(sandbox, acts.refund(sandbox, intent["id"], {"amount": 100})["id"])
    dispute = acts.open_dispute(sandbox, intent["id"], status="warning_needs_response")
    acts.move_dispute(sandbox, dispute["id"], "needs_response")
    acts.move_dispute(sandbox, dispute["id"], "under_review")
    acts.move_dispute(sandbox, dispute["id"], "won")
    acts.expire(sandbox, stripe_client.v1.checkout.sessions.create(session_params(bench)).id)
    later = stripe_client.v1.checkout.sessions.create(session_params(bench)).id
    acts.pay_later(sandbox, later)
    acts.fail_late_payment(sandbox, later)
    return [event for event in sandbox.store.newest("event") if event["type"] in HANDLERS]


@pytest.fixture
def reconcile(monkeypatch, django_capture_on_commit_callbacks) -> Callable[[], list[str]]:
    monkeypatch.setattr(reconciliation, "PATIENCE", timedelta(0))

    def run() -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):
            return reconciliation.reconcile().found

    return run


def assert_nobody_was_bothered() -> None:
    assert set(WebhookEvent.objects.values_list("status", "error")) == {("ignored", "")}
    assert mail.outbox == []
    assert not any(table.objects.exists() for table in (CheckoutSession, Purchase, Refund, Dispute, ModelLogEntry))


def test_every_event_of_another_sale_is_taken_and_ignored(other_sale, deliver):
    assert {event["type"] for event in other_sale} == set(HANDLERS)

    for event in other_sale:
        assert deliver(event).status_code == 200

    assert_nobody_was_bothered()


def test_a_payment_without_a_checkout_is_ignored(bench, deliver):
    for number, intent in enumerate(["pi_invoice", None]):
        charge = {"id": f"ch_{number}", "object": "charge", "payment_intent": intent}
        assert deliver(shapes.make_event("charge.refunded", charge)).status_code == 200

    assert_nobody_was_bothered()


def test_reconciliation_finds_nothing_in_another_sale(other_sale, reconcile):
    assert reconcile() == []
    assert reconcile() == []

    assert WebhookEvent.objects.count() == len(other_sale)
    assert_nobody_was_bothered()


def test_what_was_set_aside_before_goes_away_when_staff_try_again(
    other_sale, admin, django_capture_on_commit_callbacks, deliver
):
    deliver(other_sale[0])
    WebhookEvent.objects.update(status="set-aside", error="UnknownReference: of an older release")

    with django_capture_on_commit_callbacks(execute=True):
        staff.retry_event(event_id=WebhookEvent.objects.get().pk, because="Not ours.", by=admin)

    assert WebhookEvent.objects.values_list("status", "error").get() == ("ignored", "")


def test_a_sale_of_ours_that_is_not_known_is_for_staff(bench, learner, checkout, deliver):
    """As after a restore: it carries our mark."""
    session_id = checkout(learner)
    bench.press("pay", session_id)
    CheckoutSession.objects.all().delete()

    deliver(bench.event("checkout.session.completed"))

    assert WebhookEvent.objects.get().status == "set-aside"
