"""A payment by a bank is dated on the day when its money is here, whoever hears of it first."""

import importlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.queries import has_access
from payments.models import CheckoutSession, Purchase, WebhookEvent
from payments.queries.refunds import find_obstacle
from payments.sandbox import acts
from payments.services import reconciliation
from payments.services.gifts import return_old_gifts
from tests.payments.conftest import Bench

pytestmark = pytest.mark.django_db

ASYNC = "checkout.session.async_payment_succeeded"


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    monkeypatch.setattr(reconciliation, "PATIENCE", timedelta(0))


def complete_later(bench: Bench, session_id: str, *, days: int) -> None:
    """The page was completed so many days ago, and the bank's debit began then."""
    acts.pay_later(bench.sandbox, session_id)
    [charge] = [one for one in bench.sandbox.store.newest("charge") if one["status"] == "pending"]
    charge["created"] -= days * 24 * 60 * 60


@pytest.fixture
def ways(bench, learner, deliver, come_back, django_capture_on_commit_callbacks) -> dict[str, Callable[[str], object]]:
    """How the academy may hear first of a payment that has arrived."""

    def reconcile(session_id: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            reconciliation.reconcile()

    return {
        "its event": lambda session_id: deliver(bench.event(ASYNC)),
        "an older event": lambda session_id: deliver(bench.event("checkout.session.completed")),
        "the page": lambda session_id: come_back(learner, session_id),
        "reconciliation": reconcile,
    }


def is_today(moment: datetime) -> bool:
    return timezone.now() - moment < timedelta(minutes=1)


@pytest.mark.parametrize("way", ["its event", "an older event", "the page", "reconciliation"])
@pytest.mark.parametrize("was_seen_pending", [True, False])
def test_a_late_payment_is_dated_at_its_success(bench, learner, checkout, come_back, ways, way, was_seen_pending):
    session_id = checkout(learner)
    complete_later(bench, session_id, days=20)
    if was_seen_pending:
        come_back(learner, session_id)
    acts.finish_late_payment(bench.sandbox, session_id)

    ways[way](session_id)

    purchase = Purchase.objects.get()
    assert has_access(learner)
    assert is_today(purchase.paid_at)
    # Twenty days after the debit began, and fourteen from today on.
    assert find_obstacle(purchase=purchase, user=learner) == ""


@pytest.mark.parametrize(
    "way, was_seen_pending", [("its event", True), ("its event", False), ("the page", True), ("reconciliation", True)]
)
def test_it_is_dated_so_before_its_invoice_is_there(bench, learner, checkout, come_back, ways, way, was_seen_pending):
    session_id = checkout(learner)
    complete_later(bench, session_id, days=20)
    if was_seen_pending:
        come_back(learner, session_id)
    acts.finish_late_payment(bench.sandbox, session_id)
    bench.sandbox.store.objects[session_id]["invoice"] = None

    ways[way](session_id)

    assert is_today(Purchase.objects.get().paid_at)


def test_what_is_heard_later_is_dated_when_the_money_came(bench, learner, checkout, ways):
    """Nobody told for a week: the purchase is a week old."""
    session_id = checkout(learner)
    complete_later(bench, session_id, days=20)
    acts.finish_late_payment(bench.sandbox, session_id)
    week = timedelta(days=7)
    [invoice] = bench.sandbox.store.newest("invoice")
    invoice["status_transitions"]["paid_at"] -= int(week.total_seconds())

    ways["reconciliation"](session_id)

    assert is_today(Purchase.objects.get().paid_at + week)


def test_a_gift_paid_by_a_bank_waits_its_days_from_success(bench, learner, client_for, ways):
    response = client_for(learner).post("/gifts/", {"recipient": "friend@example.org"})
    session_id = re.search(r"cs_test_\w+", response["Location"]).group()
    complete_later(bench, session_id, days=100)
    acts.finish_late_payment(bench.sandbox, session_id)
    ways["its event"](session_id)

    assert return_old_gifts() == 0
    assert CheckoutSession.objects.get().gift.taken_back_at is None


def test_a_card_is_dated_by_its_charge(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    bench.sandbox.store.objects[session_id]["invoice"] = None
    [charge] = bench.sandbox.store.newest("charge")
    charge["created"] -= 3600

    deliver(bench.event("checkout.session.completed"))

    assert Purchase.objects.get().paid_at.timestamp() == charge["created"]


def test_older_rows_are_dated_by_the_event_that_told(bench, learner, checkout, ways):
    session_id = checkout(learner)
    complete_later(bench, session_id, days=20)
    acts.finish_late_payment(bench.sandbox, session_id)
    ways["its event"](session_id)
    told_at = WebhookEvent.objects.get().created_at
    Purchase.objects.update(paid_at=told_at - timedelta(days=20))
    migration = importlib.import_module("payments.migrations.0004_late_payments_are_dated_at_success")

    migration.date_at_success(apps, None)

    assert Purchase.objects.get().paid_at == told_at
