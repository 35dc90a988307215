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
