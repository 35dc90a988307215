"""The payment page: codes, tax, paying later, papers."""

import pytest
import stripe

from payments import gateway
from payments.sandbox.acts.core import PROMOTIONS
from tests.payments.conftest import session_params


@pytest.fixture
def open_session(bench, stripe_client):
    def create(**changes: object) -> stripe.checkout.Session:
        return stripe_client.v1.checkout.sessions.create(session_params(bench, **changes))

    return create


@pytest.fixture
def look(stripe_client):
    def retrieve(session_id: str) -> stripe.checkout.Session:
        details = ["line_items", "payment_intent.latest_charge", "invoice"]
        return stripe_client.v1.checkout.sessions.retrieve(session_id, {"expand": details})

    return retrieve


def page(bench, session) -> str:
    return bench.request("GET", f"/c/pay/{session.id}")[1]


def give_code(bench, session, code: str) -> None:
    assert bench.request("POST", f"/c/pay/{session.id}/code", f"code={code}") == (303, f"/c/pay/{session.id}")


def amounts(session) -> tuple[int, int, int, int]:
    details = session.total_details
    return session.amount_subtotal, details.amount_discount, details.amount_tax, session.amount_total


def kinds_of(bench) -> list[str]:
    """Every kind of event so far, oldest first."""
    return [event["type"] for event in reversed(bench.sandbox.store.newest("event"))]


def test_a_code_takes_its_part_off(bench, open_session, look):
    session = open_session(allow_promotion_codes=True)
    assert "Promotion code" in page(bench, session)

    give_code(bench, session, "colleague20")

    assert "Promotion COLLEAGUE20" in page(bench, session)
    assert "Pay $63.20" in page(bench, session)
    bench.press("pay", session.id)
    paid = look(session.id)
    assert amounts(paid) == (7900, 1580, 0, 6320)
    assert paid.line_items.data[0].amount_discount == 1580
    assert paid.discounts[0].promotion_code.startswith("promo_")
    assert (paid.payment_intent.amount_received, paid.payment_intent.latest_charge.amount) == (6320, 6320)


def test_a_code_can_be_taken_off_again(bench, open_session, look):
    session = open_session(allow_promotion_codes=True)
    give_code(bench, session, "COLLEAGUE20")

    bench.press("no-code", session.id)

    assert amounts(look(session.id)) == (7900, 0, 0, 7900)
    assert look(session.id).discounts == []


def test_an_unknown_code_is_named(bench, open_session, look):
    session = open_session(allow_promotion_codes=True)

    give_code(bench, session, "NOTHING")

    assert "There is no code &#x27;NOTHING&#x27;. Check its spelling." in page(bench, session)
    assert amounts(look(session.id)) == (7900, 0, 0, 7900)


def test_ten_wrong_guesses_and_no_more_codes(bench, open_session, look):
    session = open_session(allow_promotion_codes=True)
    for number in range(9):
        give_code(bench, session, f"GUESS{number}")
    give_code(bench, session, "COLLEAGUE20")
    assert look(session.id).amount_total == 6320
    bench.press("no-code", session.id)
    give_code(bench, session, "GUESS9")

    give_code(bench, session, "COLLEAGUE20")

    assert "Too many codes have been tried. This page takes no more." in page(bench, session)
    assert look(session.id).amount_total == 7900


def test_no_code_where_the_session_takes_none(bench, open_session, look):
    session = open_session()

    status, text = bench.request("POST", f"/c/pay/{session.id}/code", "code=COLLEAGUE20")

    assert status == 400
    assert "This session takes no promotion codes." in text
    assert "Promotion code" not in page(bench, session)
    assert look(session.id).amount_total == 7900


def test_nothing_to_pay_makes_no_payment(bench, open_session, look):
    session = open_session(allow_promotion_codes=True, automatic_tax={"enabled": True})
    bench.press("decline", session.id)
    give_code(bench, session, "WELCOME100")
    assert "Complete the order" in page(bench, session)
    assert bench.press("decline", session.id)[0] == bench.press("later", session.id)[0] == 400

    bench.press("pay", session.id)

    done = look(session.id)
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "no_payment_required", None)
    assert amounts(done) == (7900, 7900, 0, 0)
    assert [charge["status"] for charge in bench.sandbox.store.newest("charge")] == ["failed"]
    assert "there was nothing to pay" in page(bench, session)


def test_codes_can_be_asked_for(stripe_client):
    codes = stripe_client.v1.promotion_codes.list().data
    assert sorted(one.code for one in codes) == sorted(PROMOTIONS)
    assert stripe_client.v1.promotion_codes.retrieve(codes[0].id).code == codes[0].code


def test_tax_comes_on_what_the_code_leaves(bench, open_session, look):
    session = open_session(allow_promotion_codes=True, automatic_tax={"enabled": True})
    give_code(bench, session, "COLLEAGUE20")
    before = look(session.id)
    assert (before.automatic_tax.status, before.amount_total) == ("requires_location_inputs", 6320)
    assert "Tax (8 %)" in page(bench, session)
    assert "Pay $68.26" in page(bench, session)

    bench.press("pay", session.id)

    paid = look(session.id)
    assert amounts(paid) == (7900, 1580, 506, 6826)
    assert paid.automatic_tax.status == "complete"
    assert paid.customer_details.address.country == "US"
    assert paid.payment_intent.amount == 6826


def test_tax_needs_an_address_or_leave_to_save_one(bench, stripe_client, open_session):
    customer = stripe_client.v1.customers.create({"email": "a@example.org"})
    taxed = {"customer": customer.id, "automatic_tax": {"enabled": True}}
    with pytest.raises(stripe.InvalidRequestError, match="requires a valid address") as caught:
        open_session(**taxed)
    assert caught.value.code == "customer_tax_location_invalid"

    session = open_session(**taxed, customer_update={"address": "auto", "name": "auto"})
    bench.press("pay", session.id)

    assert stripe_client.v1.customers.retrieve(customer.id).address.country == "US"
    # The next one knows the address, and with it the tax, from the beginning.
    assert open_session(**taxed).amount_total == 8532


def test_customer_and_address_exclude_each_other(stripe_client, open_session):
    customer = stripe_client.v1.customers.create({"email": "a@example.org"})

    with pytest.raises(stripe.InvalidRequestError, match="only specify one of these"):
        open_session(customer=customer.id, customer_email="b@example.org")
    assert open_session(customer_email="b@example.org").customer_details.email == "b@example.org"


def test_payment_carries_what_the_session_says(bench, open_session, look):
    data = {"description": "Access", "metadata": {"k": "v"}, "statement_descriptor_suffix": "ACADEMY"}
    session = open_session(payment_intent_data=data, locale="en", billing_address_collection="required")

    bench.press("pay", session.id)

    paid = look(session.id)
    assert paid.locale == "en"
    assert paid.customer_details.address.postal_code == "10001"
    for thing in (paid.payment_intent, paid.payment_intent.latest_charge):
        assert (thing.description, thing.statement_descriptor_suffix) == ("Access", "ACADEMY")
        assert thing.metadata["k"] == "v"


def test_invoice_and_receipt_are_pages(bench, stripe_client, open_session, look):
    session = open_session(
        invoice_creation={"enabled": True, "invoice_data": {"footer": "Thank you"}}, customer_email="a@example.org"
    )
    bench.press("pay", session.id)
    paid = look(session.id)

    invoice = stripe_client.v1.invoices.retrieve(paid.invoice.id)
    assert invoice.id.startswith("in_")
    assert (invoice.status, invoice.total, invoice.footer) == ("paid", 7900, "Thank you")
    assert bench.event("invoice.paid")["data"]["object"]["id"] == invoice.id
    receipt = paid.payment_intent.latest_charge.receipt_url
    for address in (invoice.hosted_invoice_url, invoice.invoice_pdf, receipt):
        status, text = bench.request("GET", address.removeprefix(bench.address))
        assert status == 200
        assert "A paper of the sandbox: no money moved." in text
        assert "$79.00" in text
        assert "a@example.org" in text


def test_no_invoice_unless_asked(bench, open_session, look):
    session = open_session()
    bench.press("pay", session.id)

    assert look(session.id).invoice is None
    assert bench.sandbox.store.newest("invoice") == []


def test_paying_later_waits_for_the_money(bench, open_session, look):
    session = open_session(invoice_creation={"enabled": True})

    assert bench.press("later", session.id) == (303, f"http://testserver/done?session_id={session.id}")

    waiting = look(session.id)
    assert (waiting.status, waiting.payment_status, waiting.invoice) == ("complete", "unpaid", None)
    assert (waiting.payment_intent.status, waiting.payment_intent.latest_charge.paid) == ("processing", False)
    assert "The payment is on its way." in page(bench, session)
    assert kinds_of(bench)[-1] == "checkout.session.completed"

    assert bench.request("POST", f"/sessions/{session.id}/succeed") == (303, f"/sessions/{session.id}")
    paid = look(session.id)
    assert (paid.payment_status, paid.payment_intent.status) == ("paid", "succeeded")
    assert (paid.payment_intent.latest_charge.paid, paid.invoice.status) == (True, "paid")
    assert kinds_of(bench)[-4:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "checkout.session.async_payment_succeeded",
    ]
    assert bench.request("POST", f"/sessions/{session.id}/fail")[0] == 400


def test_paying_later_may_fail(bench, open_session, look):
    session = open_session()
    bench.press("later", session.id)

    bench.request("POST", f"/sessions/{session.id}/fail")

    failed = look(session.id)
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert failed.payment_intent.latest_charge.status == "failed"
    assert kinds_of(bench)[-1] == "checkout.session.async_payment_failed"
    assert "The payment did not arrive, and nothing was charged." in page(bench, session)


def test_the_page_expires_by_its_button(bench, open_session, look):
    session = open_session()

    bench.press("expire", session.id)

    assert look(session.id).status == "expired"
    assert kinds_of(bench) == ["checkout.session.expired"]


def test_the_production_client_sees_a_discount_as_stripe_has_it(bench, open_session):
    session = open_session(allow_promotion_codes=True)
    give_code(bench, session, "WELCOME100")
    bench.press("pay", session.id)

    seen = gateway.retrieve_checkout_session(session.id)

    assert (seen.subtotal, seen.total, seen.payment_status, seen.payment_intent) == (
        7900,
        0,
        "no_payment_required",
        None,
    )
