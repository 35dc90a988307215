from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.sessions.models import OpenSession


def get_open_sessions(user: User) -> QuerySet[OpenSession]:
    """Those that still hold, the one seen last first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now())
    return OpenSession.objects.filter(user=user, key__in=alive.values("session_key"))
