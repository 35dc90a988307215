from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from payments import gateway, tasks
from payments.models import WebhookEvent
from payments.services import events
from payments.services.events import process_event, record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> gateway.Event:
    return gateway.Event(
        id="evt_1",
        type="checkout.session.completed",
        object_id="cs_test_1",
        payment_intent="",
        livemode=False,
        created_at=timezone.now(),
    )


def test_record_event_says_whether_it_is_new(told):
    assert [record_event(event=told), record_event(event=told)] == [True, False]

    event = WebhookEvent.objects.get()
    assert (event.stripe_id, event.type, event.object_id) == ("evt_1", "checkout.session.completed", "cs_test_1")
    assert (event.status, event.attempts, event.error, event.processed_at) == ("waiting", 0, "", None)


def test_record_event_enqueues_only_what_is_new(told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as first:
        record_event(event=told)
    with django_capture_on_commit_callbacks() as second:
        record_event(event=told)

    assert (len(first), len(second)) == (1, 0)


def test_record_event_survives_a_broker_that_is_down(told, monkeypatch, django_capture_on_commit_callbacks):
    def fail(pk: int) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.process_event, "delay", fail)
    with django_capture_on_commit_callbacks(execute=True):
        assert record_event(event=told) is True

    assert WebhookEvent.objects.get().status == "waiting"


def test_process_event_is_one_workers_until_its_next_try_is_due(told, bench):
    record_event(event=told)
    event = WebhookEvent.objects.get()
    now = timezone.now()

    assert [events.claim_event(event.pk, now), events.claim_event(event.pk, now)] == [True, False]
    assert events.claim_event(event.pk, now + timedelta(seconds=59)) is False
    assert events.claim_event(event.pk, now + timedelta(seconds=60)) is True


@pytest.mark.parametrize("status", ["done", "ignored", "set-aside"])
def test_process_event_leaves_what_is_settled(told, status):
    record_event(event=told)
    WebhookEvent.objects.update(status=status)

    process_event(pk=WebhookEvent.objects.get().pk)

    assert WebhookEvent.objects.get().attempts == 0


def test_process_event_set_aside_leaves_an_audit_row(bench, learner, checkout, told, deliver):
    session_id = checkout(learner)
    bench.sandbox.store.objects[session_id]["client_reference_id"] = "4711"
    bench.press("pay", session_id)

    deliver(bench.event("checkout.session.completed"))

    entry = ModelLogEntry.objects.get(action="payments.set_aside")
    assert entry.data == {"error": f"UnknownReference: {session_id} refers to no attempt of ours: '4711'."}


def test_handlers_are_the_events_that_the_endpoint_subscribes_to():
    assert sorted(events.HANDLERS) == [
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.refund.updated",
        "charge.refunded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "refund.created",
        "refund.failed",
        "refund.updated",
    ]
