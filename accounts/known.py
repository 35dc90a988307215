"""Browsers in which an account was signed in before: what strangers try elsewhere does not count against them.

A signed cookie, which opens nothing. It says of up to five accounts that they were signed in here, by a number that
cannot be turned back into an address.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from accounts.models import User

COOKIE = "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
LASTS = timedelta(days=365)
SALT = "accounts.known"
MOST = 5


def known_as(request: HttpRequest, address: str) -> str:
    """A name of this browser's own, for this account alone; empty where it never signed it in."""
    return _read(request).get(_mark(address), "")


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Somebody has just signed in here."""
    known, mark = _read(request), _mark(user.email)
    name = known.pop(mark, "") or get_random_string(22)
    newest = dict([*known.items(), (mark, name)][-MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(newest, salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        known: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return known


def _mark(address: str) -> str:
    return salted_hmac(SALT, address.lower(), algorithm="sha256").hexdigest()[:32]
