"""The sandbox behaves as Stripe does, as far as the academy can tell, and harms nobody."""

import json
import time
from typing import Any

import pytest
import stripe
from django.core.management import CommandError, call_command

from payments.sandbox import acts
from payments.sandbox.acts import Sandbox
from payments.sandbox.server import Refusal, make_server
from payments.sandbox.store import Store
from tests.payments.conftest import make_paid_session, session_params

SECRET = "whsec_sandbox"


@pytest.mark.parametrize(
    "changes, message, param",
    [
        ({"colour": "red"}, "Received unknown parameter: colour", "colour"),
        (
            {"line_items": [{"price": "price_1", "quantity": 1, "colour": "red"}]},
            "Received unknown parameter: line_items[0][colour]",
            "line_items[0][colour]",
        ),
        ({"payment_intent_data": {"x": 1}}, "Received unknown parameter: payment_intent_data[x]", None),
        ({"line_items": [{"price": "price_1", "quantity": "many"}]}, "Invalid line_items[0][quantity]", None),
        ({"invoice_creation": {"enabled": "perhaps"}}, "Invalid invoice_creation[enabled]", None),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "No such price: 'price_none'", None),
        ({"line_items": []}, "Missing required param: line_items.", "line_items"),
        ({"customer": "cus_none"}, "No such customer: 'cus_none'", "customer"),
        ({"success_url": "javascript:alert(1)"}, "Not a valid URL", "success_url"),
        ({"mode": "subscription"}, "one-time payments only", "mode"),
        ({"consent_collection": {"promotions": "auto"}}, "does not know consent_collection yet", "consent_collection"),
        ({"locale": "klingon"}, "Invalid locale", "locale"),
        ({"customer_update": {"address": "auto"}}, "can only be used with `customer`", "customer_update"),
        ({"customer_update": {"address": "perhaps"}}, "Invalid customer_update[address]", "customer_update[address]"),
        ({"payment_intent_data": {"statement_descriptor": "X"}}, "does not know payment_intent_data[", None),
        ({"payment_intent_data": {"statement_descriptor_suffix": "X" * 23}}, "at most 22 characters", None),
        ({"payment_intent_data": {"statement_descriptor_suffix": "<X>"}}, "needs a letter, and none of", None),
        ({"expand": ["colour"]}, "This property cannot be expanded (colour).", "expand"),
    ],
)
def test_create_session_rejects(bench, stripe_client, changes, message, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripe_client.v1.checkout.sessions.create(session_params(bench, **changes))

    assert message in str(caught.value)
    assert caught.value.http_status == 400
    assert param is None or caught.value.param == param
    assert bench.sandbox.store.newest("checkout.session") == []


CANNOT_BE_EMPTY = "You passed an empty string for '{}'. We assume empty values are an attempt to unset a parameter"


@pytest.mark.parametrize(
    "changes, param",
    [
        ({"cancel_url": ""}, "cancel_url"),
        ({"client_reference_id": ""}, "client_reference_id"),
        ({"customer": ""}, "customer"),
        ({"customer_email": ""}, "customer_email"),
        ({"expires_at": ""}, "expires_at"),
        ({"line_items": ""}, "line_items"),
        ({"line_items": [{"price": "", "quantity": 1}]}, "line_items[0][price]"),
        ({"locale": ""}, "locale"),
        ({"mode": ""}, "mode"),
        ({"payment_intent_data": {"description": ""}}, "payment_intent_data[description]"),
        (
            {"payment_intent_data": {"statement_descriptor_suffix": ""}},
            "payment_intent_data[statement_descriptor_suffix]",
        ),
        ({"expand": [""]}, "expand[0]"),
    ],
)
def test_create_session_takes_nothing_empty(bench, stripe_client, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripe_client.v1.checkout.sessions.create(session_params(bench, **changes))

    assert CANNOT_BE_EMPTY.format(param) in str(caught.value)
    assert (caught.value.http_status, caught.value.code, caught.value.param) == (400, "parameter_invalid_empty", param)
    assert bench.sandbox.store.newest("checkout.session") == []


@pytest.mark.parametrize("name", ["name", "email", "description", "phone"])
def test_create_customer_takes_nothing_empty(bench, stripe_client, name):
    with pytest.raises(stripe.InvalidRequestError, match=CANNOT_BE_EMPTY.format(name)):
        stripe_client.v1.customers.create({name: ""})

    assert bench.sandbox.store.newest("customer") == []


def test_a_list_is_not_asked_for_by_an_empty_value(stripe_client):
    for thing in (stripe_client.v1.refunds, stripe_client.v1.disputes, stripe_client.v1.checkout.sessions):
        with pytest.raises(stripe.InvalidRequestError, match=CANNOT_BE_EMPTY.format("payment_intent")):
            thing.list({"payment_intent": ""})


def test_what_stripe_lets_unset_may_be_empty(stripe_client):
    customer = stripe_client.v1.customers.create({"metadata": {"learner": ""}, "address": "", "individual_name": ""})

    assert customer.id.startswith("cus_")


def test_create_session_answers_in_stripes_shape(bench, stripe_client):
    session = stripe_client.v1.checkout.sessions.create(session_params(bench, expand=["line_items"]))

    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status, session.livemode) == ("open", "unpaid", False)
    assert (session.amount_subtotal, session.amount_total, session.currency) == (7900, 7900, "usd")
    assert session.expires_at - session.created == 24 * 60 * 60
    assert session.url == f"{bench.address}/c/pay/{session.id}"
    assert [line.price.lookup_key for line in session.line_items.data] == ["unlimited-access"]
    assert "line_items" not in stripe_client.v1.checkout.sessions.retrieve(session.id)


def test_idempotency_key_brings_the_same_session(bench, stripe_client):
    params = session_params(bench)
    first = stripe_client.v1.checkout.sessions.create(params, {"idempotency_key": "key"})
    second = stripe_client.v1.checkout.sessions.create(params, {"idempotency_key": "key"})
    third = stripe_client.v1.checkout.sessions.create(params, {"idempotency_key": "another"})

    assert first.id == second.id != third.id


def test_idempotency_key_with_other_parameters_is_refused(bench, stripe_client):
    stripe_client.v1.checkout.sessions.create(session_params(bench), {"idempotency_key": "key"})

    with pytest.raises(stripe.IdempotencyError):
        stripe_client.v1.checkout.sessions.create(
            session_params(bench, client_reference_id="x"), {"idempotency_key": "key"}
        )
    assert len(bench.sandbox.store.newest("checkout.session")) == 1


def test_idempotency_key_of_a_refused_request_stays_free(bench, stripe_client):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.checkout.sessions.create(session_params(bench, mode="setup"), {"idempotency_key": "key"})

    assert stripe_client.v1.checkout.sessions.create(session_params(bench), {"idempotency_key": "key"}).id


def test_customers_are_found_by_address(stripe_client):
    created = stripe_client.v1.customers.create({"email": "a@example.org", "name": "Å", "metadata": {"k": "ü"}})
    stripe_client.v1.customers.create({"email": "b@example.org"})

    [found] = stripe_client.v1.customers.list({"email": "a@example.org"}).data
    assert (found.id, found.name, found.metadata["k"]) == (created.id, "Å", "ü")


def test_paying_makes_the_facts_that_stripe_would(bench, stripe_client):
    session = make_paid_session(bench, stripe_client)

    intent = stripe_client.v1.payment_intents.retrieve(session.payment_intent, {"expand": ["latest_charge"]})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, intent.latest_charge.paid) == ("succeeded", 7900, True)
    assert [event.type for event in stripe_client.v1.events.list().data] == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_paying_twice_charges_once(bench, stripe_client):
    session = make_paid_session(bench, stripe_client)

    assert bench.press("pay", session.id) == (303, f"/c/pay/{session.id}")
    assert len(bench.sandbox.store.newest("charge")) == 1
    assert "This has been paid." in bench.request("GET", f"/c/pay/{session.id}")[1]


def test_declining_says_why_and_lets_try_again(bench, stripe_client):
    session = stripe_client.v1.checkout.sessions.create(session_params(bench))

    assert bench.press("decline", session.id) == (303, f"/c/pay/{session.id}")

    page = bench.request("GET", f"/c/pay/{session.id}")[1]
    assert "The card was declined." in page
    assert "Your card has insufficient funds." in page
    assert "Nothing was charged." in page
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert bench.press("pay", session.id) == (303, f"http://testserver/done?session_id={session.id}")
    assert stripe_client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_expired_session_takes_no_payment(bench, stripe_client):
    session = stripe_client.v1.checkout.sessions.create(session_params(bench))
    assert stripe_client.v1.checkout.sessions.expire(session.id).status == "expired"

    assert bench.press("pay", session.id) == (303, f"/c/pay/{session.id}")
    assert "This page has expired, and nothing was charged." in bench.request("GET", f"/c/pay/{session.id}")[1]
    assert bench.sandbox.store.newest("charge") == []
    with pytest.raises(stripe.InvalidRequestError, match="expired, not open"):
        stripe_client.v1.checkout.sessions.expire(session.id)


def test_session_expires_by_itself_after_a_day(bench, stripe_client):
    session = stripe_client.v1.checkout.sessions.create(session_params(bench))
    acts.expire_old(bench.sandbox)
    assert bench.sandbox.store.objects[session.id]["status"] == "open"

    bench.sandbox.store.objects[session.id]["expires_at"] = int(time.time())
    acts.expire_old(bench.sandbox)

    assert bench.sandbox.store.objects[session.id]["status"] == "expired"
    assert bench.event("checkout.session.expired")["data"]["object"]["id"] == session.id


def test_refund_gives_back_no_more_than_was_paid(bench, stripe_client):
    session = make_paid_session(bench, stripe_client)
    payment = {"payment_intent": session.payment_intent}
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        stripe_client.v1.refunds.create({**payment, "amount": 7901})

    refund = stripe_client.v1.refunds.create(payment)

    assert (refund.amount, refund.currency, refund.status) == (7900, "usd", "succeeded")
    assert [one.id for one in stripe_client.v1.refunds.list(payment).data] == [refund.id]
    assert bench.event("charge.refunded")["data"]["object"]["refunded"] is True
    with pytest.raises(stripe.InvalidRequestError, match="has already been refunded") as caught:
        stripe_client.v1.refunds.create(payment)
    assert caught.value.code == "charge_already_refunded"


def test_refund_of_what_was_not_paid_is_refused(bench, stripe_client):
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        stripe_client.v1.refunds.create({"payment_intent": "pi_none"})
    session = stripe_client.v1.checkout.sessions.create(session_params(bench))
    bench.press("decline", session.id)
    intent = bench.sandbox.store.objects[session.id]["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        stripe_client.v1.refunds.create({"payment_intent": intent})


def test_lists_go_page_by_page(stripe_client):
    for number in range(5):
        stripe_client.v1.customers.create({"name": str(number)})

    customers = stripe_client.v1.customers.list({"limit": 2})

    assert [one.name for one in customers.data] == ["4", "3"]
    assert [one.name for one in customers.auto_paging_iter()] == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("path", ["/", "/c/pay/{session}", "/sessions/{session}", "/c/pay/cs_none", "/nowhere"])
def test_every_page_says_that_no_money_moves(bench, stripe_client, path):
    session = stripe_client.v1.checkout.sessions.create(session_params(bench))

    page = bench.request("GET", path.format(session=session.id))[1]

    assert "<strong>Sandbox.</strong> No money moves here, and no card is asked for." in page
    assert "<script" not in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "header, message",
    [
        ({}, "You did not provide a test API key."),
        ({"Authorization": "Bearer sk_live_1"}, "A live key has no place in the sandbox."),
        ({"Authorization": "Bearer rk_live_1"}, "A live key has no place in the sandbox."),
        ({"Authorization": "Basic c2tfbGl2ZV8xOg=="}, "A live key has no place in the sandbox."),
    ],
)
def test_api_refuses_a_live_key_or_none(bench, header, message):
    status, body = bench.request("GET", "/v1/prices", **header)

    assert status == 401
    assert json.loads(body) == {"error": {"type": "invalid_request_error", "message": message}}


def test_unknown_address_of_the_api(bench):
    status, body = bench.request("GET", "/v1/coupons", Authorization="Bearer sk_test_1")

    assert status == 404
    assert json.loads(body)["error"]["message"] == "Unrecognized request URL (GET /v1/coupons)."


def test_another_name_for_this_machine_is_refused(bench):
    assert bench.request("GET", "/", Host="evil.example")[0] == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org", ""])
def test_binds_to_loopback_only(bench, host):
    with pytest.raises(Refusal, match="is not a loopback address"):
        make_server(bench.sandbox, host=host, port=0)
    with pytest.raises(CommandError, match="is not a loopback address"):
        call_command("payment_sandbox", host=host, port=0)


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
def test_does_not_start_beside_a_live_key(settings, key):
    settings.STRIPE_API_KEY = key

    with pytest.raises(CommandError, match="A live key is set"):
        call_command("payment_sandbox", port=0)


def test_a_restart_forgets_nothing(tmp_path):
    path = tmp_path / "state.json"
    offer: dict[str, Any] = {"lookup_key": "unlimited-access", "amount": 7900, "currency": "usd"}
    before = Sandbox(Store(path), **offer)
    with before.store.change():
        acts.tell(before, "customer.created", before.store.put({"id": "cus_1", "object": "customer"}))

    after = Sandbox(Store(path), **offer)

    assert after.store.objects == before.store.objects
    assert after.store.deliveries == before.store.deliveries
    assert len(after.store.newest("price")) == 1


def test_a_new_price_takes_the_lookup_key_over(tmp_path):
    path = tmp_path / "state.json"
    Sandbox(Store(path), lookup_key="unlimited-access", amount=7900, currency="usd")

    sandbox = Sandbox(Store(path), lookup_key="unlimited-access", amount=9900, currency="usd")

    assert [(price["unit_amount"], price["lookup_key"]) for price in sandbox.store.newest("price")] == [
        (9900, "unlimited-access"),
        (7900, None),
    ]
