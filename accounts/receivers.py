import time
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from anymail.signals import AnymailTrackingEvent, tracking
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.mail import gateway
from accounts.mail import services as mails
from accounts.models import User
from accounts.second_factor import ENROLLED_AT


@receiver(authentication_step_completed)
def learn_from_a_code(sender: type[User], method: str, user: User, **details: Any) -> None:
    """allauth sends this after a mailed code was right and before it marks the address as verified."""
    if method == "code" and "email" in details:
        services.forget_unproven_password(user=user, email=details["email"])
        mails.trust_address(user=user, email=details["email"])


@receiver(tracking)
def record_bounce(sender: type[Any], event: AnymailTrackingEvent, esp_name: str, **details: Any) -> None:
    """Written at once: the provider is told that we know it, so it may not live in a message alone."""
    if gateway.came_back(event) and event.recipient:
        told = [event.reject_reason, event.description, event.mta_response]
        mails.record_bounce(
            message_id=event.message_id or "",
            address=event.recipient,
            problem=f"{esp_name}: {'; '.join(part for part in told if part)}",
            at=event.timestamp or timezone.now(),
        )


@receiver(authenticator_added)
def remember_enrollment(sender: type[Authenticator], request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever just set up a second factor is not asked for it again in this session."""
    request.session[ENROLLED_AT] = time.time()
