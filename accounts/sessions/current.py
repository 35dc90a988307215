"""The session of a request: when it began, how long it may last, and that its owner can see it."""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.models import User
from accounts.sessions import services
from accounts.sessions.browsers import describe_browser

# In the session: its key as it is noted, and when it began and was last seen, in Unix time.
NOTED = "open_session"
SEEN_EVERY = timedelta(hours=1)
# From signing in, however much it is used.
STAFF_LASTS = timedelta(hours=12)
LASTS = timedelta(seconds=settings.SESSION_COOKIE_AGE)


def begin(request: HttpRequest, user: User) -> None:
    """Somebody has just signed in here."""
    is_staff = user.has_perm("wagtailadmin.access_admin")
    lasts = STAFF_LASTS if is_staff else LASTS
    request.session[NOTED] = {"key": "", "began": time.time(), "seen": 0, "lasts": lasts.total_seconds()}
    limit(request)
    note(request, user)


def limit(request: HttpRequest) -> None:
    """The cookie ends with the session, and no use of it puts that off."""
    if noted := request.session.get(NOTED):
        request.session.set_expiry(datetime.fromtimestamp(noted["began"] + noted["lasts"], UTC))


def note(request: HttpRequest, user: User) -> None:
    """Once an hour, and when Django gave the session another key."""
    session, now = request.session, time.time()
    noted = session.get(NOTED)
    if noted is None:
        # It began before sessions were noted.
        begin(request, user)
        return
    if noted["key"] == session.session_key and now - noted["seen"] < SEEN_EVERY.total_seconds():
        return
    if session.session_key is None:
        session.save()
    browser = describe_browser(request.META.get("HTTP_USER_AGENT", ""))
    services.note_session(user=user, key=str(session.session_key), browser=browser, key_before=noted["key"])
    session[NOTED] = {**noted, "key": session.session_key, "seen": now}


def is_over(request: HttpRequest, lasts: timedelta | None = None) -> bool:
    """Whether it has lasted as long as it may, or as `lasts` says."""
    noted = request.session.get(NOTED)
    if noted is None:
        return False
    return time.time() >= float(noted["began"]) + (lasts.total_seconds() if lasts else float(noted["lasts"]))


def end_others(request: HttpRequest, user: User) -> None:
    """Sign the person out everywhere but here."""
    services.end_sessions(user=user, but=request.session.session_key or "")
    if request.user == user:
        update_session_auth_hash(request, user)
