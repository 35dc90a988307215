"""How often somebody may try a password or have codes mailed: no stranger locks anybody out.

allauth counts by address alone, which lets anybody who knows it keep its owner out. Here it is by address and client;
by address alone only what many clients do together, within a day. A browser that signed the account in before is
counted by itself (docs/decisions/0036).
"""

import math
import time

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts.known import known_as
from core.limits import client_of

APP = "allauth.account"
# Some lines hold so much of the newer addresses, and whoever has one may change the rest at will.
IPV6_PREFIX = 48


def by_client(request: HttpRequest, address: str) -> str:
    return f"{address.lower()}:{known_as(request, address) or client_of(request, IPV6_PREFIX)}"


def by_address(request: HttpRequest, address: str) -> str:
    """Of all clients together, but for a browser that signed this account in before."""
    known = known_as(request, address)
    return f"{address.lower()}:{known}" if known else address.lower()


def count_password(request: HttpRequest, address: str) -> RateLimitUsage | None:
    """None where it is too much; what is returned can be taken back."""
    return ratelimit.consume(request, app=APP, action="password_anywhere", key=by_address(request, address))


def wait_for_password(request: HttpRequest, address: str) -> str:
    return in_words(_seconds(request, "login_failed", by_client(request, address)))


def count_mail(request: HttpRequest, address: str) -> tuple[str, str]:
    """Which limit it is too much for, and how long to wait, in words; both empty where it is not."""
    for action, key in (
        ("mail_code", by_client(request, address)),
        ("mail_code_anywhere", by_address(request, address)),
    ):
        if not ratelimit.consume(request, app=APP, action=action, key=key):
            return action, in_words(_seconds(request, action, key))
    return "", ""


def in_words(seconds: float) -> str:
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 100:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def _seconds(request: HttpRequest, action: str, key: str) -> float:
    """Until every limit of this action lets one pass again."""
    now, waits = time.time(), [0.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        counted = [at for at in cache.get(name, []) if at > now - rate.duration]
        if len(counted) >= rate.amount:
            waits.append(counted[-1] + rate.duration - now)
    return max(waits)
