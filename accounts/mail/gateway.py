"""The only module that knows how mail leaves: by SMTP, or through a provider that django-anymail speaks to."""

import re
from collections.abc import Callable
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from anymail.exceptions import AnymailRecipientsRefused
from anymail.signals import AnymailTrackingEvent, EventType
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

# How anymail names each provider's view; what other providers call them stays with the settings.
TRACKING_VIEWS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
}
CAME_BACK = frozenset([EventType.BOUNCED, EventType.REJECTED])
PERMANENT = 500  # An SMTP server's answer from here on is final; below, it asks to try again.


def refuses_address(error: Exception) -> bool:
    """Whether the address itself is refused, for good."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(is_about_address(code, answer) for code, answer in error.recipients.values())
    return isinstance(error, AnymailRecipientsRefused)


def is_about_address(code: int, answer: bytes | str) -> bool:
    """Whether a server that refuses a recipient means the mailbox (RFC 3463: 5.1.x, 5.2.x), and not us."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    if enhanced := re.search(r"\b5\.(\d{1,3})\.\d{1,3}\b", text):
        return enhanced[1] in ("1", "2")
    return code in (550, 551, 553) and "relay" not in text.lower()


def refuses_message(error: Exception) -> bool:
    """Whether the same message would be refused again."""
    return isinstance(error, SMTPDataError | SMTPSenderRefused) and error.smtp_code >= PERMANENT


def get_message_id(message: EmailMessage) -> str:
    """What the provider calls the message that was sent; empty where a plain mail server took it."""
    return str(getattr(getattr(message, "anymail_status", None), "message_id", None) or "")


def get_tracking_view() -> Callable[[HttpRequest], HttpResponse] | None:
    """The view that takes the provider's reports and checks that they are the provider's; None without a provider."""
    if not settings.EMAIL_PROVIDER:
        return None
    view: Callable[[HttpRequest], HttpResponse] = import_string(TRACKING_VIEWS[settings.EMAIL_PROVIDER]).as_view()
    return view


def came_back(event: AnymailTrackingEvent) -> bool:
    return event.event_type in CAME_BACK
