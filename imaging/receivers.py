from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from imaging.reading.services import take_over_readings
from imaging.reading.sessions import KEYS, keys_in


@receiver(user_logged_in)
def keep_readings(sender: type[User], request: HttpRequest, user: User, **_: Any) -> None:
    """What was read in this browser before signing in is theirs."""
    if keys := keys_in(request.session):
        take_over_readings(user=user, keys=keys)
        del request.session[KEYS]
