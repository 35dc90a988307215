from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from anymail.signals import AnymailTrackingEvent, tracking
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.addresses.services import record_change
from accounts.mail import gateway
from accounts.mail import services as mails
from accounts.models import User
from accounts.sessions import current
from accounts.sessions.services import end_sessions


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


# --- Sessions ---------------------------------------------------------------------------------------


@receiver(user_logged_in)
def begin_session(sender: type[User], request: HttpRequest, user: User, **_: Any) -> None:
    current.begin(request, user)


@receiver([password_changed, password_set])
@receiver(authenticator_removed)
def sign_out_elsewhere(sender: type[Any], request: HttpRequest, user: User, **_: Any) -> None:
    current.end_others(request, user)


@receiver(password_reset)
def sign_out_everywhere(sender: type[User], request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever set the new password is not signed in yet."""
    end_sessions(user=user)


@receiver([authenticator_added, authenticator_reset])
def trust_enrollment(
    sender: type[Authenticator], request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Whoever just set up a second factor has shown it; every other session has not."""
    current.end_others(request, user)
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(email_changed)
def record_address_change(
    sender: type[EmailAddress],
    request: HttpRequest | None,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **_: Any,
) -> None:
    """allauth sends this also for the first address of all; ours without a request tells of a change undone."""
    if request is None or from_email_address is None or not from_email_address.verified:
        return
    record_change(user=user, old=from_email_address.email, new=to_email_address.email)
    current.end_others(request, user)
