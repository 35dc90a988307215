from django.apps import AppConfig


class CmeConfig(AppConfig):
    name = "cme"
    verbose_name = "CME"

    def ready(self) -> None:
        # Models exist only now.
        from accounts.mails import COMPOSERS  # noqa: PLC0415
        from cme.emails import compose_certificate  # noqa: PLC0415
        from cme.services import CERTIFICATE_MAIL  # noqa: PLC0415

        COMPOSERS[CERTIFICATE_MAIL] = compose_certificate
