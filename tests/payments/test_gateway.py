import pytest

from payments import gateway


def test_client_talks_to_stripe_unless_the_sandbox_is_set():
    real = gateway.client_for("sk_test_x", "")
    sandbox = gateway.client_for("sk_test_x", "http://127.0.0.1:8001")

    assert real._requestor._options.base_addresses["api"] == "https://api.stripe.com"
    assert sandbox._requestor._options.base_addresses["api"] == "http://127.0.0.1:8001"
    assert {one._requestor._options.stripe_version for one in (real, sandbox)} == {"2026-10-28.endive"}
    assert {one._requestor._options.max_network_retries for one in (real, sandbox)} == {2}


@pytest.mark.parametrize(
    "key, live",
    [("sk_test_1", False), ("rk_test_1", False), ("sk_live_1", True), ("rk_live_1", True), ("", False)],
)
def test_is_live(settings, key, live):
    settings.STRIPE_API_KEY = key

    assert gateway.is_live() is live


def test_find_price_asks_by_lookup_key(bench):
    [price] = bench.sandbox.store.newest("price")

    assert gateway.find_price() == price["id"]


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("PRICE_AMOUNT", 9900, "asks 7900 usd, not the amount of the settings."),
        ("PRICE_CURRENCY", "eur", "asks 7900 usd, not the amount of the settings."),
        ("STRIPE_PRICE_LOOKUP_KEY", "other", "No active price has the lookup key 'other'."),
    ],
)
def test_find_price_refuses_a_price_that_the_settings_do_not_know(bench, settings, name, value, message):
    setattr(settings, name, value)

    with pytest.raises(gateway.WrongPrice, match=message):
        gateway.find_price()


def test_a_refusal_is_told_from_silence(bench, settings, monkeypatch):
    with pytest.raises(gateway.Refused, match=r"No such checkout\.session: 'cs_none'"):
        gateway.retrieve_checkout_session("cs_none")
    monkeypatch.setattr(gateway, "NETWORK_RETRIES", 0)
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(gateway.Unreachable, match="APIConnectionError"):
        gateway.retrieve_checkout_session("cs_none")


def test_what_says_nothing_is_left_out():
    given = gateway.given({"name": "", "metadata": {"learner": "7", "note": ""}, "data": {"suffix": ""}, "tax": False})

    assert given == {"metadata": {"learner": "7"}, "tax": False}


@pytest.mark.parametrize("settle", [{}, {"AUTOMATIC_TAX": True}, {"STATEMENT_DESCRIPTOR_SUFFIX": "CME"}])
def test_every_call_is_taken_with_all_that_may_be_empty(bench, settings, settle):
    """The sandbox refuses an empty parameter as Stripe does."""
    for name, value in settle.items():
        setattr(settings, name, value)

    customer = gateway.create_customer(email="a@example.org", name="", reference="7", idempotency_key="a")
    session = gateway.create_checkout_session(
        idempotency_key="b",
        customer=customer,
        price=gateway.find_price(),
        success_url="http://testserver/done",
        cancel_url="http://testserver/back",
    )

    assert session.status == "open"
    assert bench.sandbox.store.objects[customer]["name"] is None


def test_nothing_is_asked_about_without_a_name(bench):
    """An empty filter would be no filter: every refund of the account."""
    for ask in (gateway.list_refunds, gateway.list_disputes, gateway.find_session_id):
        with pytest.raises(gateway.Missing, match="No payment is named"):
            ask("")
    for look in (gateway.retrieve_checkout_session, gateway.find_papers):
        with pytest.raises(gateway.Missing, match="No session is named"):
            look("")
