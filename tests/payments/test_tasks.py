from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.mail.tasks import sweep_mails
from accounts.models import Mail
from accounts.queries import has_access
from core.retry import MOST_ATTEMPTS
from payments import tasks
from payments.models import WebhookEvent
from tests.payments.conftest import post_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost_event(bench, learner, checkout, client) -> WebhookEvent:
    """An event that was stored, and whose task never ran."""
    bench.press("pay", checkout(learner))
    assert post_event(client, bench.event("checkout.session.completed")).status_code == 200
    return WebhookEvent.objects.get()


def test_sweep_events_finds_what_a_lost_message_left_behind(lost_event, learner, django_capture_on_commit_callbacks):
    assert not has_access(learner)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_events()

    lost_event.refresh_from_db()
    assert lost_event.status == "done"
    assert has_access(learner)
    assert len(mail.outbox) == 1


def test_sweep_mails_finds_a_receipt_whose_message_was_lost(lost_event):
    tasks.process_event(lost_event.pk)
    assert mail.outbox == []

    Mail.objects.update(next_try_at=timezone.now() - timedelta(minutes=2))
    sweep_mails()
    sweep_mails()

    assert len(mail.outbox) == 1
    assert Mail.objects.get().status == "sent"


def test_sweep_events_waits_longer_after_each_failure(bench, lost_event, learner):
    session = bench.sandbox.store.objects.pop(lost_event.object_id)
    waits = []
    for _ in range(4):
        WebhookEvent.objects.update(next_try_at=timezone.now())
        before = timezone.now()
        tasks.sweep_events()
        lost_event.refresh_from_db()
        waits.append(round((lost_event.next_try_at - before).total_seconds() / 60))

    assert waits == [1, 2, 4, 8]
    assert (lost_event.status, lost_event.attempts) == ("waiting", 4)
    assert lost_event.error == f"Missing: No such checkout.session: '{session['id']}'"
    assert not has_access(learner)

    tasks.sweep_events()
    lost_event.refresh_from_db()
    assert lost_event.attempts == 4

    bench.sandbox.store.objects[session["id"]] = session
    WebhookEvent.objects.update(next_try_at=timezone.now())
    tasks.sweep_events()
    lost_event.refresh_from_db()
    assert (lost_event.status, lost_event.error) == ("done", "")
    assert has_access(learner)


def test_sweep_events_gives_up_in_the_end(bench, lost_event, learner):
    bench.sandbox.store.objects.pop(lost_event.object_id)
    WebhookEvent.objects.update(attempts=MOST_ATTEMPTS - 1)

    tasks.sweep_events()

    lost_event.refresh_from_db()
    assert (lost_event.status, lost_event.attempts) == ("set-aside", 16)
    assert lost_event.error.startswith("Missing: ")
    assert not has_access(learner)
