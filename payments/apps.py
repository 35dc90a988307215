from django.apps import AppConfig
from django.core.checks import Tags, register

from payments.checks import check_sandbox


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        # Models exist only now.
        from accounts.mails import COMPOSERS  # noqa: PLC0415
        from payments.emails import RECEIPT, compose_receipt  # noqa: PLC0415

        register(check_sandbox, Tags.security)
        COMPOSERS[RECEIPT] = compose_receipt
