"""Real money never meets the sandbox, and the sandbox never leaves this machine."""

import ipaddress
from urllib.parse import urlsplit

LIVE_KEYS = ("sk_live", "rk_live")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def find_dangers(*, api_key: str, sandbox_url: str) -> list[str]:
    """What is wrong with the two settings together, each as a sentence that says what to set.

    A sandbox elsewhere could say of anybody that they paid, and would be told our key.
    """
    if not sandbox_url:
        return []
    dangers = []
    if not is_loopback(host_of(sandbox_url)):
        dangers.append(
            f"STRIPE_SANDBOX_URL is {sandbox_url!r}, which is not on this machine. "
            "Set it to a loopback address such as http://127.0.0.1:8001, or remove it to talk to Stripe."
        )
    if api_key.startswith(LIVE_KEYS):
        dangers.append(
            "STRIPE_SANDBOX_URL is set together with a live STRIPE_API_KEY. "
            "Remove STRIPE_SANDBOX_URL to take real money, or set STRIPE_API_KEY to a test key."
        )
    return dangers


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
