"""How often one person may ask for the same thing, a stranger by their address. Sign-in and codes are allauth's own."""

import logging
import math
import time
from ipaddress import ip_interface

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# One household or office holds this many bits of the newer addresses, and may change the rest at will.
IPV6_PREFIX = 56


def seconds_to_wait(request: HttpRequest, view: str) -> int:
    """Counts this request against the limit of its view; 0 where it may go on."""
    method, amount, seconds = settings.RATE_LIMITS.get(view, ("", 0, 0))
    # HEAD does the work of GET.
    if ("GET" if request.method == "HEAD" else request.method) != method:
        return 0
    window, passed = divmod(time.time(), seconds)
    # A key is of its window alone: what is left of an old one never counts.
    key = f"limit:{view}:{asked_by(request)}:{int(window)}"
    try:
        cache.add(key, 0, timeout=seconds)
        count = cache.incr(key)
    except (RedisError, ValueError):
        # Without Redis, or at the very end of the window: a certificate can be verified all the same.
        logger.warning("A request was not counted", exc_info=True)
        return 0
    return math.ceil(seconds - passed) if count > amount else 0


def asked_by(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    return client_of(request)


def client_of(request: HttpRequest, prefix: int = IPV6_PREFIX) -> str:
    """The address on the internet, of a household as a whole."""
    address = ip_interface(get_adapter(request).get_client_ip(request)).ip
    if address.version == 4:
        return str(address)
    # What a server on both versions says of a visitor on version 4: they all would be of one household.
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_interface(f"{address}/{prefix}").network)
