"""The sequences of docs/payments.md from 34 on, where something is wrong, by number."""

import json
import time

import pytest
from django.core import mail

from accounts.mail.services import send_mail
from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from payments import gateway
from payments.models import CheckoutSession, Customer, Purchase, Refund, WebhookEvent
from payments.services.checkout import start_checkout
from tests.payments.conftest import assert_nothing_opened, grants_of, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid_event(bench, learner, checkout):
    bench.press("pay", checkout(learner))
    return bench.event("checkout.session.completed")


@pytest.mark.parametrize(
    "signature",
    [
        lambda body: None,
        lambda body: "",
        lambda body: "nonsense",
        lambda body: "t=,v1=",
        lambda body: "t=now,v1=abc",
        lambda body: f"t={int(time.time())},v1=ünsigned",
        lambda body: f"t={int(time.time())}",
        lambda body: signed(body).replace("v1=", "v0="),
        lambda body: signed(body, secret="whsec_another"),
        lambda body: signed(body + " "),
        lambda body: signed(body, at=int(time.time()) - 301),
        lambda body: signed(body, at=int(time.time()) + 360),
        lambda body: signed(body, at=2**60),
        lambda body: f"{signed(body, at=int(time.time()) + 360)},t={int(time.time())}",
    ],
    ids=[
        *("missing", "empty", "nonsense", "hollow", "no-time", "not-ascii", "no-signature"),
        *("other-scheme", "wrong-secret", "forged-body", "old", "future", "far-future", "two-times"),
    ],
)
def test_sequence_34_a_bad_signature_is_refused_and_leaves_no_row(client, paid_event, learner, signature):
    body = json.dumps(paid_event)
    header = signature(body)
    headers = {} if header is None else {"Stripe-Signature": header}

    response = client.post("/webhooks/stripe/", body, content_type="application/json", headers=headers)

    assert response.status_code == 400
    assert WebhookEvent.objects.count() == 0
    assert_nothing_opened(learner)


def test_sequence_34_a_clock_that_is_a_little_ahead_is_no_fault(client, paid_event):
    body = json.dumps(paid_event)
    headers = {"Stripe-Signature": signed(body, at=int(time.time()) + 240)}

    response = client.post("/webhooks/stripe/", body, content_type="application/json", headers=headers)

    assert (response.status_code, WebhookEvent.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "{",
        "null",
        "[]",
        "7",
        '"evt_1"',
        "{}",
        '{"id": "evt_1", "type": "checkout.session.completed"}',
        '{"id": null, "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        '{"id": "evt_1", "type": 7, "created": 1, "livemode": false, "data": {"object": {}}}',
        '{"id": "evt_1", "type": "x", "created": "soon", "livemode": false, "data": {"object": {}}}',
        '{"id": "evt_1", "type": "x", "created": 99999999999999, "livemode": false, "data": {"object": {}}}',
        '{"id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": []}',
        '{"id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": {"object": "cs_1"}}',
        '{"id": "evt_\\u0000", "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        '{"id": "evt_\\ud800", "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        '{"id": "evt_' + "1" * 300 + '", "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        "[" * 100_000,
    ],
)
def test_sequence_35_a_malformed_body_is_refused_even_when_signed(client, db, body):
    headers = {"Stripe-Signature": signed(body)}

    response = client.post("/webhooks/stripe/", body, content_type="application/json", headers=headers)

    assert response.status_code == 400
    assert WebhookEvent.objects.count() == 0


def test_sequence_35_a_body_that_is_not_utf_8_is_refused(client, db):
    headers = {"Stripe-Signature": signed("x")}

    response = client.post("/webhooks/stripe/", b"\xff\xfe{}", content_type="application/json", headers=headers)

    assert response.status_code == 400
    assert WebhookEvent.objects.count() == 0


def test_sequence_35_an_unknown_type_is_taken_and_ignored(bench, paid_event, learner, deliver):
    response = deliver({**paid_event, "id": "evt_new", "type": "something.we_never.heard_of"})

    assert response.status_code == 200
    assert WebhookEvent.objects.get().status == "ignored"
    assert_nothing_opened(learner)


def test_sequence_37_a_mail_that_fails_leaves_access_and_is_sent_later(
    bench, learner, checkout, deliver, settings, django_capture_on_commit_callbacks
):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.payments.broken_mail.EmailBackend"

    assert deliver(bench.event("checkout.session.completed")).status_code == 200

    assert has_access(learner)
    receipt = Mail.objects.get()
    assert (receipt.kind, receipt.status, receipt.attempts) == ("receipt", "waiting", 1)
    assert receipt.problem.startswith("SMTPServerDisconnected")
    settings.EMAIL_BACKEND = working
    Mail.objects.update(next_try_at=receipt.created_at)
    assert [send_mail(mail_id=receipt.pk), send_mail(mail_id=receipt.pk)] == [True, False]
    assert len(mail.outbox) == 1


def test_sequence_39_a_create_that_lost_its_answer_brings_one_session(bench, learner, checkout, monkeypatch):
    create = gateway.create_checkout_session

    def lose_the_answer(**kwargs: str) -> gateway.Session:
        create(**kwargs)
        raise gateway.Unreachable("timed out")

    monkeypatch.setattr(gateway, "create_checkout_session", lose_the_answer)
    with pytest.raises(gateway.Unreachable):
        start_checkout(user=learner)
    assert CheckoutSession.objects.get().stripe_id is None
    monkeypatch.undo()

    session_id = checkout(learner)

    assert [session["id"] for session in bench.sandbox.store.newest("checkout.session")] == [session_id]
    assert CheckoutSession.objects.get().stripe_id == session_id
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("key, livemode", [("sk_test_sandbox", True), ("sk_live_x", False), ("rk_live_x", False)])
def test_sequence_40_an_event_of_the_other_mode_is_ignored(paid_event, learner, deliver, settings, key, livemode):
    settings.STRIPE_API_KEY = key

    response = deliver({**paid_event, "livemode": livemode})

    assert response.status_code == 200
    event = WebhookEvent.objects.get()
    assert (event.status, event.livemode) == ("ignored", livemode)
    assert_nothing_opened(learner)


def test_sequence_41_a_changed_address_is_still_the_learner(bench, learner, paid_event, deliver):
    User.objects.filter(pk=learner.pk).update(email="moved@example.org")

    deliver(paid_event)

    assert has_access(learner)
    assert mail.outbox[0].to == ["moved@example.org"]


def test_sequence_41_a_deleted_learner_is_set_aside(bench, learner, paid_event, deliver):
    User.objects.get(pk=learner.pk).delete()

    assert deliver(paid_event).status_code == 200

    session_id = paid_event["data"]["object"]["id"]
    event = WebhookEvent.objects.get()
    assert (event.status, event.error) == ("set-aside", f"UnknownReference: The learner of {session_id} is deleted.")
    session = CheckoutSession.objects.get()
    assert (session.user, session.status, session.payment_status) == (None, "complete", "paid")
    assert (Purchase.objects.get().amount, Mail.objects.count()) == (7900, 0)
    assert AccessGrant.objects.count() == 0
    assert mail.outbox == []


def test_sequence_41_a_refund_after_the_learner_is_deleted_is_recorded(bench, learner, paid_event, deliver):
    deliver(paid_event)
    User.objects.get(pk=learner.pk).delete()
    bench.request("POST", f"/sessions/{paid_event['data']['object']['id']}/refund")

    assert deliver(bench.event("charge.refunded")).status_code == 200

    assert Refund.objects.get().status == "succeeded"
    assert not Purchase.objects.get().stands
    assert WebhookEvent.objects.get(type="charge.refunded").status == "set-aside"


def test_sequence_43_buying_again_after_a_refund_is_active(bench, learner, checkout, deliver):
    first = checkout(learner)
    bench.press("pay", first)
    deliver(bench.event("checkout.session.completed"))
    bench.request("POST", f"/sessions/{first}/refund")
    deliver(bench.event("charge.refunded"))

    second = checkout(learner)
    bench.press("pay", second)
    deliver(bench.event("checkout.session.completed"))

    assert grants_of(learner) == [("purchase", first, False), ("purchase", second, True)]
    assert len(mail.outbox) == 2
