from typing import Any

from allauth.account.signals import authentication_step_completed
from django.dispatch import receiver

from accounts import services
from accounts.models import User


@receiver(authentication_step_completed)
def forget_unproven_password(sender: type[User], method: str, user: User, **details: Any) -> None:
    """allauth sends this after a mailed code was right and before it marks the address as verified."""
    if method == "code" and "email" in details:
        services.forget_unproven_password(user=user, email=details["email"])
