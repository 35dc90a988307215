import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from payments import gateway
from payments.checks import check_sandbox


@pytest.mark.parametrize(
    "key, url",
    [
        ("sk_live_1", ""),
        ("sk_test_1", ""),
        ("sk_test_1", "http://127.0.0.1:8001"),
        ("rk_test_1", "http://localhost:8001"),
        ("sk_test_1", "http://[::1]:8001"),
    ],
)
def test_check_sandbox_takes_stripe_or_this_machine(settings, key, url):
    settings.STRIPE_API_KEY, settings.SANDBOX_URL = key, url

    assert check_sandbox(None) == []
    gateway.client_for(key, url)


@pytest.mark.parametrize(
    "key, url, says",
    [
        ("sk_test_1", "http://sandbox.example:8001", "Set it to a loopback address"),
        ("sk_test_1", "http://10.0.0.1:8001", "Set it to a loopback address"),
        ("sk_test_1", "http://127.0.0.1@evil.example", "Set it to a loopback address"),
        ("sk_test_1", "http://127.0.0.1.evil.example", "Set it to a loopback address"),
        ("sk_test_1", "http://[broken", "Set it to a loopback address"),
        ("sk_test_1", "nonsense", "Set it to a loopback address"),
        ("sk_live_1", "http://127.0.0.1:8001", "Remove STRIPE_SANDBOX_URL to take real money"),
        ("rk_live_1", "http://127.0.0.1:8001", "Remove STRIPE_SANDBOX_URL to take real money"),
    ],
)
def test_check_sandbox_refuses_and_the_gateway_too(settings, key, url, says):
    settings.STRIPE_API_KEY, settings.SANDBOX_URL = key, url

    [error] = check_sandbox(None)
    assert error.id == "payments.E001"
    assert says in error.msg
    assert key not in error.msg
    with pytest.raises(gateway.Misconfigured, match=says):
        gateway.client()


def test_check_sandbox_stops_every_command(settings):
    settings.SANDBOX_URL = "http://sandbox.example:8001"

    with pytest.raises(SystemCheckError, match=r"payments\.E001.*not on this machine"):
        call_command("check")
