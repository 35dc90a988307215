from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "has_mailbox": settings.EMAIL_BACKEND == "accounts.mail.mailbox.EmailBackend",
        "has_offline_reading": settings.OFFLINE_READING,
    }
