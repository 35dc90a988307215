"""The sequences of docs/payments.md, by number: what happens, and what the learner may do after it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core import mail
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from accounts.models import AccessGrant
from accounts.queries import has_access
from payments import gateway
from payments.models import CheckoutSession, Customer, Purchase, Refund, WebhookEvent
from payments.sandbox import acts
from tests.payments.conftest import assert_nothing_opened, grants_of, post_event

pytestmark = pytest.mark.django_db


def test_sequence_1_completed_and_paid_is_active(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    assert_nothing_opened(learner)
    bench.press("pay", session_id)

    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert has_access(learner)
    assert grants_of(learner) == [("purchase", session_id, True)]
    purchase = Purchase.objects.get()
    assert (purchase.amount, purchase.currency) == (7900, "usd")
    assert purchase.reference == bench.sandbox.store.objects[session_id]["payment_intent"]
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["learner@example.org"], "Receipt: $79.00 for eScan Academy")
    ]


def test_sequence_2_the_same_event_twice_gives_one_grant_and_one_mail(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")

    assert [deliver(event).status_code, deliver(event).status_code] == [200, 200]

    assert grants_of(learner) == [("purchase", session_id, True)]
    assert WebhookEvent.objects.count() == 1
    assert len(mail.outbox) == 1


def test_sequence_3_another_event_for_the_same_session_gives_one_grant(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")
    deliver(event)

    deliver({**event, "id": "evt_another"})
    deliver({**event, "id": "evt_yetanother", "type": "checkout.session.async_payment_succeeded"})

    assert grants_of(learner) == [("purchase", session_id, True)]
    assert WebhookEvent.objects.filter(status="done").count() == 3
    assert len(mail.outbox) == 1


@pytest.fixture
def at_once(transactional_db) -> Callable[[list[Callable[[], HttpResponse]]], list[int]]:
    """Make every request at the same moment, each on a connection of its own; their statuses."""

    def run(requests: list[Callable[[], HttpResponse]]) -> list[int]:
        starter = threading.Barrier(len(requests))

        def make(request: Callable[[], HttpResponse]) -> int:
            starter.wait()
            try:
                return request().status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(make, requests))

    return run


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sequence_4_ten_deliveries_in_parallel_give_one_grant(bench, learner, checkout, at_once):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")
    # Five times the very same event, and five others for the same session.
    events = [event] * 5 + [{**event, "id": f"evt_parallel{number}"} for number in range(5)]

    answers = at_once([partial(post_event, Client(), one) for one in events])

    assert answers == [200] * 10
    assert grants_of(learner) == [("purchase", session_id, True)]
    assert WebhookEvent.objects.filter(status="done").count() == 6
    assert Purchase.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sequence_6_success_page_and_webhook_at_the_same_moment_give_one_grant(
    bench, learner, checkout, client_for, at_once
):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")
    pages = [partial(client_for(learner).get, "/pricing/done/", {"session_id": session_id}) for _ in range(4)]

    answers = at_once([*pages, *[partial(post_event, Client(), event)] * 4])

    assert answers == [200] * 8
    assert grants_of(learner) == [("purchase", session_id, True)]
    assert Purchase.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sequence_22_the_webhooks_of_our_own_refund_come_before_our_commit(
    bench, learner, checkout, client_for, monkeypatch, at_once
):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    assert post_event(Client(), bench.event("checkout.session.completed")).status_code == 200
    create_refund, answers = gateway.create_refund, []

    def create_and_hear_of_it(**kwargs) -> None:
        """Stripe tells of the refund, many times at once, before it answers who asked for it."""
        create_refund(**kwargs)
        told = [bench.event(kind) for kind in ("refund.created", "charge.refunded")]
        events = [*told, *told, *[{**event, "id": f"{event['id']}again"} for event in told]]
        answers.extend(at_once([partial(post_event, Client(), event) for event in events]))

    monkeypatch.setattr(gateway, "create_refund", create_and_hear_of_it)
    client_for(learner).post(f"/accounts/purchases/{CheckoutSession.objects.get().pk}/refund/")

    assert answers == [200] * 6
    refund = Refund.objects.get()
    assert (refund.reason, refund.status, refund.amount) == ("requested", "succeeded", 7900)
    assert [given["id"] for given in bench.sandbox.store.newest("refund")] == [refund.stripe_id]
    assert grants_of(learner) == [("purchase", session_id, False)]
    assert [message.subject for message in mail.outbox] == [
        "Receipt: $79.00 for eScan Academy",
        "Refund: $79.00 from eScan Academy",
    ]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sequence_15_two_tabs_told_at_the_same_moment_refund_one(bench, learner, checkout, at_once):
    first = checkout(learner)
    CheckoutSession.objects.update(status="expired")
    second = checkout(learner)
    for session_id in (first, second):
        bench.press("pay", session_id)
    events = [event for event in bench.sandbox.store.newest("event") if event["type"] == "checkout.session.completed"]

    assert at_once([partial(post_event, Client(), event) for event in events * 3]) == [200] * 6

    # Whichever was first.
    [(_, kept, stands)] = grants_of(learner)
    assert (kept in (first, second), stands) == (True, True)
    [refund] = Refund.objects.select_related("purchase__session")
    assert (refund.reason, refund.status) == ("paid-twice", "succeeded")
    assert str(refund.purchase.session) != kept
    assert len(bench.sandbox.store.newest("refund")) == 1
    assert len(mail.outbox) == 3


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_buttons_pressed_at_the_same_moment_open_one_session(bench, learner, client_for, at_once):
    answers = at_once([partial(client_for(learner).post, "/pricing/") for _ in range(6)])

    # Stripe refuses a key whose first request is still under way; the sandbox makes it wait.
    assert answers == [303] * 6
    assert CheckoutSession.objects.count() == 1
    assert len(bench.sandbox.store.newest("checkout.session")) == 1
    assert Customer.objects.count() == 1


def test_sequence_5_success_page_before_the_webhook_is_active(bench, learner, checkout, deliver, come_back):
    session_id = checkout(learner)
    bench.press("pay", session_id)

    response = come_back(learner, session_id)

    assert "Everything is open." in response.content.decode()
    assert grants_of(learner) == [("purchase", session_id, True)]
    assert len(mail.outbox) == 1

    deliver(bench.event("checkout.session.completed"))
    assert grants_of(learner) == [("purchase", session_id, True)]
    assert len(mail.outbox) == 1


def test_sequence_7_success_page_never_visited_is_active(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    status, leads_to = bench.press("pay", session_id)
    assert (status, leads_to) == (303, f"http://testserver/pricing/done/?session_id={session_id}")

    for kind in ("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"):
        assert deliver(bench.event(kind)).status_code == 200

    assert has_access(learner)


def test_sequence_12_expired_opens_nothing_and_a_new_checkout_may_start(bench, learner, checkout, deliver, come_back):
    session_id = checkout(learner)
    acts.expire(bench.sandbox, session_id)

    deliver(bench.event("checkout.session.expired"))

    assert_nothing_opened(learner)
    assert CheckoutSession.objects.get().status == "expired"
    assert "no money moved" in come_back(learner, session_id).content.decode()
    another = checkout(learner)
    assert another != session_id
    bench.press("pay", another)
    deliver(bench.event("checkout.session.completed"))
    assert grants_of(learner) == [("purchase", another, True)]


def test_sequence_13_expired_delivered_after_paid_is_active(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    event = bench.event("checkout.session.completed")
    deliver(event)

    deliver({**event, "id": "evt_late", "type": "checkout.session.expired"})

    assert grants_of(learner) == [("purchase", session_id, True)]
    assert CheckoutSession.objects.get().status == "complete"


def test_sequence_17_full_refund_is_revoked(bench, learner, checkout, deliver, come_back):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    deliver(bench.event("checkout.session.completed"))
    bench.request("POST", f"/sessions/{session_id}/refund")

    deliver(bench.event("charge.refunded"))

    assert not has_access(learner)
    assert grants_of(learner) == [("purchase", session_id, False)]
    refund = Refund.objects.get()
    assert (refund.amount, refund.currency, refund.status) == (7900, "usd", "succeeded")

    deliver(bench.event("refund.created"))
    assert Refund.objects.count() == 1
    assert grants_of(learner) == [("purchase", session_id, False)]
    assert len(mail.outbox) == 1


def test_sequence_18_and_19_partial_refunds_revoke_when_they_add_up_to_all(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    deliver(bench.event("checkout.session.completed"))
    payment = Purchase.objects.get().reference

    acts.refund(bench.sandbox, payment, {"amount": 7899})
    deliver(bench.event("charge.refunded"))
    assert has_access(learner)

    acts.refund(bench.sandbox, payment, {})
    deliver(bench.event("charge.refunded"))
    assert not has_access(learner)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [1, 7899]


def test_sequence_20_refunded_before_completed_is_never_active(bench, learner, checkout, deliver):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    bench.request("POST", f"/sessions/{session_id}/refund")

    for kind in ("refund.created", "charge.refunded", "checkout.session.completed"):
        assert deliver(bench.event(kind)).status_code == 200

    assert grants_of(learner) == []
    assert mail.outbox == []
    assert Purchase.objects.get().refunded_amount == 7900


@pytest.mark.parametrize("field, wrong", [("amount", 100), ("currency", "eur"), ("price", "price_other")])
def test_sequence_30_what_was_paid_is_not_what_was_offered(bench, learner, checkout, deliver, come_back, field, wrong):
    session_id = checkout(learner)
    CheckoutSession.objects.update(**{field: wrong})
    bench.press("pay", session_id)

    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert_nothing_opened(learner)
    event = WebhookEvent.objects.get()
    assert event.status == "set-aside"
    assert event.error.startswith(f"WrongPayment: {session_id} was offered as (")
    assert "Please do not pay again" in come_back(learner, session_id).content.decode()


@pytest.mark.parametrize("reference", [None, "", "4711", "0b2fd3a6-1c0e-4a0c-9a4e-5a5f8b0c1d2e"])
def test_sequence_31_unknown_reference_is_set_aside(bench, learner, checkout, deliver, reference):
    session_id = checkout(learner)
    bench.sandbox.store.objects[session_id]["client_reference_id"] = reference
    bench.press("pay", session_id)

    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert_nothing_opened(learner)
    event = WebhookEvent.objects.get()
    assert event.status == "set-aside"
    assert event.error == f"UnknownReference: {session_id} refers to no attempt of ours: {reference or ''!r}."


def test_sequence_32_another_learner_at_the_success_page_gets_nothing(
    bench, learner, other_learner, author, checkout, come_back
):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    AccessGrant.objects.filter(user=other_learner).delete()

    for stranger in (other_learner, author):
        assert come_back(stranger, session_id).status_code == 404
        assert not has_access(stranger)
    assert come_back(None, session_id)["Location"].startswith("/accounts/login/?next=/pricing/done/")
    assert AccessGrant.objects.count() == 0
    assert Purchase.objects.count() == 0
    assert come_back(learner, "cs_test_unknown").status_code == 404


def test_sequence_33_bookmarked_success_page_after_a_refund_gives_nothing(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    come_back(learner, session_id)
    bench.request("POST", f"/sessions/{session_id}/refund")

    page = come_back(learner, session_id).content.decode()

    assert "This payment was refunded" in page
    assert not has_access(learner)
    assert grants_of(learner) == [("purchase", session_id, False)]
