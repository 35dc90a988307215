"""How often somebody may try a password or have codes mailed: no stranger locks anybody out.

allauth counts by address alone, which lets anybody who knows it keep its owner out. Here it is by address and client;
by address alone only what many clients do together, within a day (docs/decisions/0036).
"""

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.http import HttpRequest

from core.limits import client_of

APP = "allauth.account"


def by_client(request: HttpRequest, address: str) -> str:
    return f"{address.lower()}:{client_of(request)}"


def count_password(request: HttpRequest, address: str) -> RateLimitUsage | None:
    """Of all clients together. None where it is too much; what is returned can be taken back."""
    return ratelimit.consume(request, app=APP, action="password_anywhere", key=address.lower())


def may_mail_code(request: HttpRequest, address: str) -> bool:
    own = ratelimit.consume(request, app=APP, action="mail_code", key=by_client(request, address))
    return bool(own and ratelimit.consume(request, app=APP, action="mail_code_anywhere", key=address.lower()))
