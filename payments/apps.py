from django.apps import AppConfig
from django.core.checks import Tags, register

from payments.checks import check_sandbox


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        register(check_sandbox, Tags.security)
