from functools import partial
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.sessions.models import OpenSession


@transaction.atomic
def note_session(*, user: User, key: str, browser: str, key_before: str = "") -> None:
    """Write down that the session is in use. Django gives it another key now and then."""
    now = timezone.now()
    known = OpenSession.objects.filter(user=user, key__in=[key, key_before])
    if not known.update(key=key, seen_at=now):
        OpenSession.objects.update_or_create(
            key=key, defaults={"user": user, "browser": browser[:60], "seen_at": now, "began_at": now}
        )


@transaction.atomic
def end_sessions(*, user: User, but: str = "") -> None:
    """End every session of this person, known or not. The one whose key is given has to be renewed by its request."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    for session in OpenSession.objects.filter(user=user).exclude(key=but):
        _end(session)


@transaction.atomic
def end_session(*, user: User, session_id: int, but: str = "") -> bool:
    """Sign one browser out, unless it is the one whose key is given. False where there is none to sign out."""
    session = OpenSession.objects.filter(pk=session_id, user=user).exclude(key=but).first()
    if session is None:
        return False
    _end(session)
    return True


def _end(session: OpenSession) -> None:
    Session.objects.filter(session_key=session.key).delete()
    # The copy in the cache goes when the row is gone for everybody: a request in between would lay another there.
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    transaction.on_commit(partial(store.delete, session.key))
    session.delete()


def forget_ended_sessions() -> int:
    forgotten, _ = OpenSession.objects.exclude(key__in=Session.objects.values("session_key")).delete()
    return forgotten
