"""Sequences of docs/payments.md in which money goes back: paid twice, refunds that fail, disputes."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Mail
from accounts.queries import has_access
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.certificates.services import issue_certificate
from cme.errors import AccessNeeded
from courses.models import Course
from payments.models import CheckoutSession, Dispute, Purchase, Refund
from payments.sandbox import acts
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields, claim_as, complete
from tests.payments.conftest import grants_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(bench, learner, checkout, deliver) -> str:
    """A session that was paid, and that opened everything."""
    session_id: str = checkout(learner)
    bench.press("pay", session_id)
    deliver(bench.event("checkout.session.completed"))
    assert has_access(learner)
    return session_id


@pytest.fixture
def intent(bench, paid) -> str:
    return str(bench.sandbox.store.objects[paid]["payment_intent"])


@pytest.fixture
def two_tabs(bench, learner, checkout) -> tuple[str, str]:
    """Two open sessions of one learner: ours had ended the first, and its page stayed open at Stripe."""
    first = checkout(learner)
    CheckoutSession.objects.update(status="expired")
    return first, checkout(learner)


@pytest.fixture
def deliver_all(bench, deliver) -> Callable[[], None]:
    def send() -> None:
        for event in reversed(bench.sandbox.store.newest("event")):
            assert deliver(event).status_code == 200

    return send


def mails_of(kind: str) -> list[str]:
    return list(Mail.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def test_sequence_15_two_tabs_both_paid_is_active_and_the_second_goes_back(bench, learner, two_tabs, deliver_all):
    for session_id in two_tabs:
        bench.press("pay", session_id)

    deliver_all()

    assert grants_of(learner) == [("purchase", two_tabs[0], True)]
    assert Purchase.objects.count() == 2
    [given] = bench.sandbox.store.newest("refund")
    second = bench.sandbox.store.objects[two_tabs[1]]["payment_intent"]
    assert (given["payment_intent"], given["amount"], given["status"]) == (second, 7900, "succeeded")
    refund = Refund.objects.get()
    assert (refund.stripe_id, refund.reason, refund.status) == (given["id"], "paid-twice", "succeeded")
    assert mails_of("paid twice") == ["learner@example.org"]
    assert mails_of("refund") == []
    assert len(mail.outbox) == 3
    assert [message.subject for message in mail.outbox if "twice" in message.subject] == [
        "You paid twice: $79.00 goes back"
    ]


def test_sequence_15_on_the_success_pages_alone(bench, learner, two_tabs, come_back):
    for session_id in two_tabs:
        bench.press("pay", session_id)

    first, second = (come_back(learner, session_id).content.decode() for session_id in two_tabs)

    assert "Everything is open." in first
    assert "twice" in second
    assert grants_of(learner) == [("purchase", two_tabs[0], True)]
    assert [given["amount"] for given in bench.sandbox.store.newest("refund")] == [7900]
    come_back(learner, two_tabs[1])
    assert len(bench.sandbox.store.newest("refund")) == 1
    assert mails_of("paid twice") == ["learner@example.org"]


def test_sequence_16_the_refund_event_of_the_second_leaves_access(bench, learner, two_tabs, deliver_all):
    for session_id in two_tabs:
        bench.press("pay", session_id)
    deliver_all()

    # By now there are events of the refund, too; and everything is told a second time.
    deliver_all()
    deliver_all()

    assert has_access(learner)
    assert grants_of(learner) == [("purchase", two_tabs[0], True)]
    assert (Refund.objects.count(), len(bench.sandbox.store.newest("refund"))) == (1, 1)
    assert len(mail.outbox) == 3


def test_sequence_16_the_kept_one_is_refunded_later_and_the_returned_one_opens_nothing(
    bench, learner, two_tabs, deliver_all, deliver
):
    for session_id in two_tabs:
        bench.press("pay", session_id)
    deliver_all()

    acts.refund(bench.sandbox, bench.sandbox.store.objects[two_tabs[0]]["payment_intent"], {})
    deliver(bench.event("charge.refunded"))
    deliver_all()

    assert grants_of(learner) == [("purchase", two_tabs[0], False)]
    assert not has_access(learner)


def test_sequence_21_refund_pending_then_failed_is_active(bench, learner, paid, intent, deliver):
    given = acts.refund(bench.sandbox, intent, {}, pending=True)
    deliver(bench.event("charge.refunded"))
    assert has_access(learner)
    assert Refund.objects.get().status == "pending"

    acts.fail_refund(bench.sandbox, given["id"])
    for kind in ("refund.failed", "refund.updated", "charge.refund.updated"):
        assert deliver(bench.event(kind)).status_code == 200

    assert grants_of(learner) == [("purchase", paid, True)]
    assert Refund.objects.get().status == "failed"


def test_sequence_21_a_refund_that_was_asked_for_closes_at_once_and_opens_when_it_fails(
    bench, learner, paid, intent, deliver, client_for, django_capture_on_commit_callbacks
):
    acts.flip_switch(bench.sandbox, "pending_refunds")
    with django_capture_on_commit_callbacks(execute=True):
        client_for(learner).post(f"/accounts/purchases/{CheckoutSession.objects.get().pk}/refund/")
    refund = Refund.objects.get()
    assert (refund.status, refund.reason) == ("pending", "requested")
    assert grants_of(learner) == [("purchase", paid, False)]

    acts.fail_refund(bench.sandbox, refund.stripe_id)
    for _ in range(2):
        deliver(bench.event("refund.failed"))

    assert Refund.objects.get().status == "failed"
    assert grants_of(learner) == [("purchase", paid, True)]
    mails = Mail.objects.filter(user=learner, kind__startswith="refund").order_by("pk")
    assert [mail.kind for mail in mails] == ["refund", "refund failed"]


@pytest.mark.parametrize("last", ["warning_needs_response", "warning_under_review", "warning_closed"])
def test_sequence_23_an_inquiry_leaves_access(bench, learner, paid, intent, deliver, last):
    dispute = acts.open_dispute(bench.sandbox, intent, status="warning_needs_response")
    deliver(bench.event("charge.dispute.created"))
    if last != "warning_needs_response":
        acts.move_dispute(bench.sandbox, dispute["id"], last)
        deliver(bench.event("charge.dispute.closed" if last == "warning_closed" else "charge.dispute.updated"))

    assert grants_of(learner) == [("purchase", paid, True)]
    assert Dispute.objects.get().status == last


@pytest.mark.parametrize("status", ["needs_response", "under_review"])
def test_sequence_24_a_dispute_suspends_access(bench, learner, paid, intent, deliver, status, come_back):
    dispute = acts.open_dispute(bench.sandbox, intent)
    deliver(bench.event("charge.dispute.created"))
    if status == "under_review":
        acts.move_dispute(bench.sandbox, dispute["id"], status)
        deliver(bench.event("charge.dispute.updated"))

    assert grants_of(learner) == [("purchase", paid, False)]
    assert not has_access(learner)
    row = Dispute.objects.get()
    assert (row.stripe_id, row.status, row.amount) == (dispute["id"], status, 7900)
    come_back(learner, paid)
    assert not has_access(learner)


def test_sequence_24_an_inquiry_that_becomes_a_dispute_suspends_access(bench, learner, paid, intent, deliver):
    dispute = acts.open_dispute(bench.sandbox, intent, status="warning_needs_response")
    deliver(bench.event("charge.dispute.created"))
    acts.move_dispute(bench.sandbox, dispute["id"], "needs_response")

    deliver(bench.event("charge.dispute.funds_withdrawn"))

    assert not has_access(learner)


@pytest.mark.parametrize("decided, stands", [("won", True), ("lost", False)])
def test_sequence_25_a_dispute_won_is_active_and_lost_is_revoked(
    bench, learner, paid, intent, deliver, decided, stands
):
    dispute = acts.open_dispute(bench.sandbox, intent)
    deliver(bench.event("charge.dispute.created"))
    acts.move_dispute(bench.sandbox, dispute["id"], decided)

    assert deliver(bench.event("charge.dispute.closed")).status_code == 200

    assert grants_of(learner) == [("purchase", paid, stands)]
    assert has_access(learner) is stands
    assert Dispute.objects.get().status == decided
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("decided, stands", [("won", True), ("lost", False)])
def test_sequence_26_closed_before_created_is_its_final_state(bench, learner, paid, intent, deliver, decided, stands):
    dispute = acts.open_dispute(bench.sandbox, intent)
    created = bench.event("charge.dispute.created")
    acts.move_dispute(bench.sandbox, dispute["id"], decided)

    deliver(bench.event("charge.dispute.closed"))
    deliver(created)

    assert created["data"]["object"]["status"] == "needs_response"
    assert Dispute.objects.get().status == decided
    assert grants_of(learner) == [("purchase", paid, stands)]


@pytest.mark.parametrize("in_order", [True, False])
def test_sequence_27_won_but_refunded_is_revoked(bench, learner, paid, intent, deliver, in_order):
    dispute = acts.open_dispute(bench.sandbox, intent)
    deliver(bench.event("charge.dispute.created"))
    acts.move_dispute(bench.sandbox, dispute["id"], "won")
    acts.refund(bench.sandbox, intent, {})
    news = [bench.event("charge.dispute.closed"), bench.event("charge.refunded")]

    for event in news if in_order else reversed(news):
        deliver(event)

    assert grants_of(learner) == [("purchase", paid, False)]
    assert (Dispute.objects.get().status, Refund.objects.get().status) == ("won", "succeeded")


def test_sequence_44_a_certificate_stays_valid_after_a_refund_and_a_new_claim_needs_access(
    bench, learner, paid, intent, deliver, client, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION)
    earned, later = [
        Course.objects.create(
            slug=slug,
            title=slug,
            summary="Read.",
            description="",
            audience="All",
            objectives="Read",
            minutes=75,
            live=True,
        )
        for slug in ("earned", "later")
    ]
    for course in (earned, later):
        upsert_activity(course=course, **activity_fields(timezone.now().date()))
        complete(learner, course)
    certificate = claim_as(learner, earned).certificate
    issue_certificate(certificate_id=certificate.pk)

    acts.refund(bench.sandbox, intent, {})
    deliver(bench.event("charge.refunded"))
    assert grants_of(learner) == [("purchase", paid, False)]

    page = client.get(f"/verify/{certificate.printed_code}/")
    assert page.status_code == 200
    assert learner.name in page.content.decode()
    with pytest.raises(AccessNeeded):
        claim_as(learner, later)
    assert list(learner.claims.values_list("activity__course__slug", flat=True)) == ["earned"]
