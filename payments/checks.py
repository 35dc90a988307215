from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from payments.safety import find_dangers


def check_sandbox(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    dangers = find_dangers(api_key=settings.STRIPE_API_KEY, sandbox_url=settings.SANDBOX_URL)
    return [Error(danger, id="payments.E001") for danger in dangers]
