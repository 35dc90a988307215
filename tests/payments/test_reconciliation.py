"""The half-hourly comparison, and the sweep of refunds: what neither a webhook nor a task has brought about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from accounts.services import grant_access
from core.retry import FIRST_WAIT
from payments import gateway, tasks
from payments.errors import NoRefund
from payments.models import CheckoutSession, Dispute, Purchase, Reconciliation, Refund, WebhookEvent
from payments.sandbox import acts
from payments.services import reconciliation, staff
from payments.services.refunds import request_refund, send_refund
from payments.studio.queries import get_refunds_in_trouble
from tests.conftest import make_user
from tests.payments.conftest import assert_nothing_opened, grants_of

pytestmark = pytest.mark.django_db

STAFF = "Money and access"
# Of each event that Stripe lists: whether it is known, in a savepoint.
EVENT_QUERIES = 3


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """What has just happened counts as missed already."""
    monkeypatch.setattr(reconciliation, "PATIENCE", timedelta(0))


@pytest.fixture
def reconcile(django_capture_on_commit_callbacks) -> Callable[[], list[str]]:
    """One run, with the work that it enqueues; what it found."""

    def run() -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):
            return reconciliation.reconcile().found

    return run


@pytest.fixture
def paid(bench, learner, checkout, deliver, reconcile) -> Purchase:
    """A purchase that is in order: everything about it was told."""
    bench.press("pay", checkout(learner))
    deliver(bench.event("checkout.session.completed"))
    assert reconcile() == []
    mail.outbox.clear()
    return Purchase.objects.get()


def rows() -> list[object]:
    tables = (AccessGrant, CheckoutSession, Purchase, Refund, Dispute, WebhookEvent, Mail)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def notices() -> list[str]:
    return [str(message.subject) for message in mail.outbox if message.subject.startswith(STAFF)]


def test_reconcile_finds_nothing_when_all_is_well(paid, reconcile):
    before = rows()

    assert reconcile() == []

    assert rows() == before
    assert mail.outbox == []
    run = Reconciliation.objects.first()
    assert run.finished_at is not None


def test_reconcile_tells_staff_once_of_what_was_set_aside(bench, checkout, other_learner, deliver, paid, reconcile):
    AccessGrant.objects.filter(user=other_learner).delete()
    lost = checkout(other_learner)
    bench.press("pay", lost)
    CheckoutSession.objects.filter(stripe_id=lost).delete()
    event = bench.event("checkout.session.completed")
    deliver(event)

    [sentence] = reconcile()

    assert sentence.startswith(
        f"checkout.session.completed {event['id']} was set aside: UnknownReference: {lost} refers"
    )

    assert (notices(), reconcile(), len(notices())) == (["Money and access: 1 case found"], [], 1)


def test_reconcile_processes_a_missed_event_and_tells_staff_once(bench, learner, paid, reconcile, settings):
    acts.refund(bench.sandbox, paid.reference, {})
    created, refunded = bench.event("refund.created"), bench.event("charge.refunded")

    found = reconcile()

    assert sorted(found) == sorted(
        f"{event['type']} {event['id']} had not arrived. It is processed now." for event in (created, refunded)
    )
    assert grants_of(learner) == [("purchase", str(paid.session), False)]
    assert notices() == ["Money and access: 2 cases found"]
    assert mail.outbox[0].to == [settings.CONTACT_EMAIL]
    assert found[0] in mail.outbox[0].body
    before = rows()
    assert (reconcile(), rows(), len(notices())) == ([], before, 1)


def test_reconcile_says_so_when_a_missed_event_fails(bench, paid, reconcile, monkeypatch):
    acts.refund(bench.sandbox, paid.reference, {})
    list_refunds = gateway.list_refunds

    def fail(payment_intent: str) -> list[gateway.Refund]:
        raise gateway.Unreachable("timed out")

    monkeypatch.setattr(gateway, "list_refunds", fail)
    found = reconcile()

    assert [sentence.partition("arrived. ")[2] for sentence in found] == ["It failed: Unreachable: timed out"] * 2
    waiting = WebhookEvent.objects.filter(status="waiting")
    assert waiting.count() == 2
    monkeypatch.setattr(gateway, "list_refunds", list_refunds)
    waiting.update(next_try_at=timezone.now())
    tasks.sweep_events()
    assert not AccessGrant.objects.active().exists()


def test_reconcile_asks_about_a_session_of_which_no_event_is_left(bench, learner, checkout, reconcile):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    for event in bench.sandbox.store.newest("event"):
        del bench.sandbox.store.objects[event["id"]]

    assert reconcile() == [f"{session_id} is paid, and no event had told so. It is stored now."]

    assert grants_of(learner) == [("purchase", session_id, True)]
    assert len(notices()) == 1


def test_reconcile_leaves_a_webhook_that_is_merely_slow(bench, learner, checkout, reconcile, monkeypatch):
    monkeypatch.setattr(reconciliation, "PATIENCE", timedelta(minutes=5))
    bench.press("pay", checkout(learner))

    assert reconcile() == []
    assert_nothing_opened(learner)


def test_reconcile_ends_a_session_that_stripe_does_not_know(bench, learner, checkout, reconcile):
    session_id = checkout(learner)
    del bench.sandbox.store.objects[session_id]

    assert reconcile() == [f"Stripe does not know the session {session_id}, which was open here. It is closed now."]

    assert CheckoutSession.objects.get().status == "expired"
    assert reconcile() == []
    assert checkout(learner) != session_id


def test_reconcile_ends_an_attempt_that_never_reached_stripe(learner, bench, reconcile):
    now = timezone.now()
    CheckoutSession.objects.create(
        user=learner,
        idempotency_key="0b2fd3a6-1c0e-4a0c-9a4e-5a5f8b0c1d2e",
        amount=7900,
        currency="usd",
        expires_at=now,
    )

    assert reconcile() == []
    assert CheckoutSession.objects.get().status == "expired"


def test_reconcile_does_not_tell_every_half_hour_of_a_deleted_learners_open_page(bench, learner, checkout, reconcile):
    session_id = checkout(learner)
    User.objects.get(pk=learner.pk).delete()

    assert [reconcile(), reconcile(), mail.outbox] == [[], [], []]

    acts.pay(bench.sandbox, session_id)
    assert f"The learner of {session_id} is deleted." in reconcile()
    assert reconcile() == []
    assert len(notices()) == 1


def test_reconcile_opens_what_was_closed_behind_its_back(learner, paid, reconcile):
    AccessGrant.objects.update(revoked_at=timezone.now())

    assert reconcile() == [f"What {paid} paid for was closed. It is mended now."]

    assert grants_of(learner) == [("purchase", str(paid.session), True)]
    assert len(notices()) == 1
    assert reconcile() == []


def test_reconcile_opens_what_was_deleted_behind_its_back(learner, paid, reconcile):
    AccessGrant.objects.all().delete()

    assert reconcile() == [f"What {paid} paid for was closed. It is mended now."]
    assert has_access(learner)


def test_reconcile_closes_what_was_opened_behind_its_back(bench, learner, paid, reconcile, deliver):
    acts.refund(bench.sandbox, paid.reference, {})
    for kind in ("refund.created", "charge.refunded"):
        deliver(bench.event(kind))
    AccessGrant.objects.update(revoked_at=None)

    assert reconcile() == [f"What {paid} paid for was still open. It is mended now."]

    assert grants_of(learner) == [("purchase", str(paid.session), False)]
    assert reconcile() == []


def test_reconcile_leaves_what_staff_gave(learner, paid, reconcile):
    grant_access(user=learner, source="staff", reference="faculty")

    assert reconcile() == []
    assert AccessGrant.objects.active().count() == 2


@pytest.mark.parametrize("call", ["retrieve_checkout_session", "list_events"])
def test_reconcile_with_stripe_away_leaves_nothing_half_done(
    bench, learner, checkout, paid, reconcile, monkeypatch, call, client_for
):
    finished = Reconciliation.objects.first()
    acts.refund(bench.sandbox, paid.reference, {})
    other = make_user("second@example.org")
    session_id = checkout(other)
    bench.press("pay", session_id)
    before = rows()

    def fail(*args: object, **kwargs: object) -> None:
        raise gateway.Unreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, call, fail)
        with pytest.raises(gateway.Unreachable):
            reconcile()
    assert Reconciliation.objects.first().finished_at is None
    assert notices() == []
    assert grants_of(learner) == [("purchase", str(paid.session), True)]
    # What was learned before the failure is whole.
    assert grants_of(other) == ([("purchase", session_id, True)] if call == "list_events" else [])
    assert call == "list_events" or rows() == before

    asked = []
    list_events = gateway.list_events

    def note_and_list_events(*, since, types):
        asked.append(since)
        return list_events(since=since, types=types)

    monkeypatch.setattr(gateway, "list_events", note_and_list_events)
    assert reconcile() != []
    # It begins where the last run began that came to its end.
    assert asked == [finished.started_at - timedelta(hours=1)]
    assert not has_access(learner)
    assert has_access(other)
    assert reconcile() == []


def test_reconcile_first_asks_for_all_that_stripe_keeps(bench, db, monkeypatch):
    asked = []

    def list_no_events(*, since, types):
        asked.append(since)
        return []

    monkeypatch.setattr(gateway, "list_events", list_no_events)

    run = reconciliation.reconcile()

    assert asked == [run.started_at - timedelta(days=30)]


def test_reconcile_asks_the_database_as_often_for_three_purchases_as_for_one(bench, paid, checkout, deliver, reconcile):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            reconciliation.reconcile()
        return len(queries)

    one = count()
    for number in range(2):
        bench.press("pay", checkout(make_user(f"more{number}@example.org")))
        deliver(bench.event("checkout.session.completed"))
    assert reconcile() == []
    # The purchases themselves cost nothing more; each event that Stripe tells again is looked up.
    assert count() - one == 2 * EVENT_QUERIES


# --- The sweep of refunds ---------------------------------------------------------------------------


@pytest.fixture
def ordered(learner, paid) -> Refund:
    """A refund that the learner asked for, and whose task was lost."""
    return request_refund(user=learner, session_id=str(paid.session))


@pytest.fixture
def sweep(django_capture_on_commit_callbacks) -> Callable[[], Refund]:
    """The sweep, when the next try is due."""

    def run() -> Refund:
        Refund.objects.update(next_try_at=timezone.now())
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep_refunds()
        return Refund.objects.get()

    return run


def given(bench) -> list[int]:
    return [refund["amount"] for refund in bench.sandbox.store.newest("refund")]


def test_sweep_refunds_sends_an_order_whose_task_was_lost(bench, learner, ordered, sweep):
    assert (given(bench), has_access(learner)) == ([], False)

    refund = sweep()

    assert (refund.pk, refund.status, refund.attempts) == (ordered.pk, "succeeded", 1)
    assert given(bench) == [7900]
    assert [message.subject for message in mail.outbox] == ["Refund: $79.00 from eScan Academy"]
    sweep()
    assert (given(bench), len(mail.outbox)) == ([7900], 1)


def test_sweep_refunds_asks_again_when_stripe_was_away(bench, learner, ordered, sweep, monkeypatch):
    def fail(**kwargs: object) -> None:
        raise gateway.Unreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "create_refund", fail)
        for attempts in (1, 2, 3):
            refund = sweep()
            assert (refund.status, refund.attempts, refund.problem) == ("ordered", attempts, "timed out")
    assert (given(bench), has_access(learner), mail.outbox) == ([], False, [])
    assert timedelta(minutes=3) < refund.next_try_at - timezone.now() <= timedelta(minutes=4)
    # Not due yet.
    tasks.sweep_refunds()
    assert Refund.objects.get().attempts == 3

    assert sweep().status == "succeeded"
    assert given(bench) == [7900]


@pytest.fixture
def lost_answer(bench, ordered, sweep, monkeypatch) -> Refund:
    """Stripe gave the money back, and its answer never came."""
    create_refund = gateway.create_refund

    def lose_the_answer(**kwargs: Any) -> None:
        create_refund(**kwargs)
        raise gateway.Unreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "create_refund", lose_the_answer)
        refund = sweep()
    assert (refund.status, given(bench)) == ("ordered", [7900])
    return refund


def test_sweep_refunds_finds_what_it_ordered_after_a_lost_answer(bench, learner, lost_answer, sweep, monkeypatch):
    # By now Stripe has forgotten the key, and would give again.
    bench.sandbox.store.answers.clear()

    def fail(**kwargs: object) -> None:
        raise AssertionError("asked a second time")

    monkeypatch.setattr(gateway, "create_refund", fail)
    refund = sweep()

    assert (refund.status, given(bench)) == ("succeeded", [7900])
    assert refund.stripe_id == bench.sandbox.store.newest("refund")[0]["id"]
    assert len(mail.outbox) == 1


def test_a_refund_whose_answer_was_lost_is_told_of_when_its_webhook_comes(bench, learner, lost_answer, deliver, sweep):
    deliver(bench.event("refund.created"))

    assert sweep().status == "succeeded"
    assert [message.subject for message in mail.outbox] == ["Refund: $79.00 from eScan Academy"]


def test_a_refusal_is_kept_for_staff_and_access_comes_back(bench, learner, paid, ordered, sweep, deliver):
    acts.open_dispute(bench.sandbox, paid.reference, status="needs_response")
    refund = sweep()

    assert (refund.status, refund.stripe_id) == ("refused", None)
    assert "charged back" in refund.problem
    assert (given(bench), mail.outbox) == ([], [])
    # The dispute itself was not told yet.
    assert grants_of(learner) == [("purchase", str(paid.session), True)]
    assert (sweep().attempts, refund.attempts) == (1, 1)
    deliver(bench.event("charge.dispute.created"))
    assert not has_access(learner)


def test_of_two_workers_one_sends_the_refund(ordered):
    claimed = []

    def claim() -> None:
        due = Refund.objects.filter(pk=ordered.pk, status="ordered", next_try_at__lte=timezone.now())
        claimed.append(due.update(next_try_at=timezone.now() + FIRST_WAIT))

    claim()
    assert (claimed, send_refund(refund_id=ordered.pk)) == ([1], False)


# --- What staff must see ----------------------------------------------------------------------------


def test_a_refund_that_comes_to_nothing_waits_for_staff_and_another_takes_its_place(
    bench, learner, paid, admin, sweep, deliver, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = staff.refund_purchase(purchase_id=paid.pk, amount=7900, note="a wish", by=admin, left=7900)
    first.refresh_from_db()
    acts.fail_refund(bench.sandbox, first.stripe_id)
    deliver(bench.event("refund.failed"))
    assert has_access(learner)
    assert [each.pk for each in get_refunds_in_trouble()] == [first.pk]

    with django_capture_on_commit_callbacks(execute=True):
        assert staff.retry_refund(refund_id=first.pk, because="another card", by=admin)

    assert not get_refunds_in_trouble()
    assert not has_access(learner)
    assert list(Refund.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "succeeded"]


def test_a_refused_refund_is_not_sent_again_above_what_is_left(paid, admin):
    refused = Refund.objects.create(
        purchase=paid, amount=3000, currency="usd", status="refused", created_at=timezone.now(), idempotency_key=uuid4()
    )
    staff.refund_purchase(purchase_id=paid.pk, amount=7900, note="all", by=admin, left=7900)

    with pytest.raises(NoRefund):
        staff.retry_refund(refund_id=refused.pk, because="again", by=admin)

    refused.refresh_from_db()
    assert refused.status == "refused"


def test_what_is_refused_after_the_money_went_back_is_no_refusal(bench, paid, ordered, monkeypatch):
    """Stripe gave the money, and does not let us look: the order stays, and is found at the next try."""

    def refuse(session_id: str) -> None:
        raise gateway.Refused("no")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "retrieve_checkout_session", refuse)
        assert not send_refund(refund_id=ordered.pk)
    ordered.refresh_from_db()
    assert (ordered.status, given(bench)) == ("ordered", [7900])

    Refund.objects.update(next_try_at=timezone.now())
    assert send_refund(refund_id=ordered.pk)
    ordered.refresh_from_db()
    assert (ordered.status, given(bench)) == ("succeeded", [7900])


def test_what_pays_on_top_of_a_gift_goes_back(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    grant_access(user=learner, source="gift", reference="cs_test_given")

    bench.press("pay", session_id)
    deliver(bench.event("checkout.session.completed"))

    assert given(bench) == [7900]
    assert grants_of(learner) == [("gift", "cs_test_given", True)]


def test_an_order_that_stripe_does_not_take_is_seen_by_staff(ordered):
    assert not get_refunds_in_trouble()
    Refund.objects.update(attempts=5)
    assert [each.pk for each in get_refunds_in_trouble()] == [ordered.pk]
