from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string

from accounts.mail.kinds import KINDS
from accounts.mail.models import Mail
from accounts.mail.unsubscribing import unsubscribe_url

Attachment = tuple[str, bytes, str]
"""File name, content and media type."""


def build_email(
    *, template: str, to: str, context: Mapping[str, Any], attachments: Sequence[Attachment] = (), reply_to: str = ""
) -> EmailMultiAlternatives:
    """One message made of templates/<template>_subject.txt, _message.txt and _message.html."""
    # Links start with the configured address, never with a host that a request brought.
    values = {**context, "site_url": settings.SITE_URL}
    subject = " ".join(render_text(f"{template}_subject.txt", values).split())
    text = render_text(f"{template}_message.txt", values).strip() + "\n"
    # Who answers a mail of ours reaches a person.
    message = EmailMultiAlternatives(subject, text, to=[to], reply_to=[reply_to or settings.CONTACT_EMAIL])
    message.attach_alternative(render_to_string(f"{template}_message.html", values), "text/html")
    for name, content, media_type in attachments:
        message.attach(name, content, media_type)
    return message


def render_text(template: str, values: Mapping[str, Any]) -> str:
    """Plain text: an apostrophe in a name stays an apostrophe."""
    return Engine.get_default().get_template(template).render(Context({**values}, autoescape=False))


def build_optional_email(*, template: str, mail: Mail, context: Mapping[str, Any]) -> EmailMultiAlternatives:
    """The same for a kind that may be turned off: templates extend email/optional.*, whose foot says why and how."""
    assert mail.user is not None, "optional mail follows an account"  # noqa: S101 - sending has made sure of it
    more = {"kind": KINDS[mail.kind], "unsubscribe_url": unsubscribe_url(mail.user, mail.kind)}
    return build_email(template=template, to=mail.to, context={**context, **more})
