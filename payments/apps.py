from django.apps import AppConfig
from django.core.checks import Tags, register

from payments.checks import check_sandbox


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        # Signals can be connected only when every app's models are there.
        from payments import receivers  # noqa: F401, PLC0415

        register(check_sandbox, Tags.security)
