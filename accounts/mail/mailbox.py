"""Mail in development: written to files by any process, read in the browser at /mail/."""

import email
import email.policy
import uuid
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin


class EmailBackend(BaseEmailBackend):
    """One .eml file a message in MAILBOX_DIR; names sort by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAILBOX_DIR.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = f"{timezone.now():%Y%m%dT%H%M%S%f}"
            path: Path = settings.MAILBOX_DIR / f"{stamp}-{uuid.uuid4().hex[:8]}"
            path.with_suffix(".part").write_bytes(message.message().as_bytes())
            path.with_suffix(".part").rename(path.with_suffix(".eml"))
        return len(email_messages)


def read(path: Path) -> dict[str, Any]:
    parsed = email.message_from_bytes(path.read_bytes(), _class=ParsedMessage, policy=email.policy.default)
    plain = parsed.get_body(preferencelist=("plain",))
    return {
        "name": path.stem,
        "subject": parsed["subject"],
        "to": parsed["to"],
        "sent": datetime.fromisoformat(f"{path.stem[:15]}+00:00"),
        "text": plain.get_content() if plain else "",
        "html": parsed.get_body(preferencelist=("html",)),
        "attachments": [part.get_filename() for part in parsed.iter_attachments()],
        "parsed": parsed,
    }


def find(name: str) -> dict[str, Any]:
    path = settings.MAILBOX_DIR / f"{name}.eml"
    if not path.is_file():
        raise Http404
    return read(path)


def inbox(request: HttpRequest) -> HttpResponse:
    paths = sorted(settings.MAILBOX_DIR.glob("*.eml"), reverse=True)[:50]
    return render(request, "accounts/mail/mailbox.html", {"mails": [read(path) for path in paths]})


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type knows only views without arguments
def message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "accounts/mail/mailbox_message.html", {"mail": find(name)})


@xframe_options_sameorigin
def message_html(request: HttpRequest, name: str) -> HttpResponse:
    body = find(name)["html"]
    if body is None:
        raise Http404
    response = HttpResponse(body.get_content())
    # The mail's own style, and nothing that runs.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return response


def attachment(request: HttpRequest, name: str, filename: str) -> HttpResponse:
    for part in find(name)["parsed"].iter_attachments():
        if part.get_filename() == filename:
            return HttpResponse(part.get_content(), content_type=part.get_content_type())
    raise Http404
