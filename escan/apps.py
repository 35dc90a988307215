from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EscanConfig(AppConfig):
    name = "escan"

    def ready(self) -> None:
        # Models exist only once apps are ready.
        from accounts.mails import COMPOSERS  # noqa: PLC0415
        from escan import metrics  # noqa: F401, PLC0415 - the worker counts its tasks from here on
        from escan.emails import compose_to_sender, compose_to_staff  # noqa: PLC0415
        from escan.roles import ensure_authors  # noqa: PLC0415
        from escan.services import TO_SENDER, TO_STAFF  # noqa: PLC0415

        COMPOSERS.update({TO_STAFF: compose_to_staff, TO_SENDER: compose_to_sender})
        post_migrate.connect(ensure_authors, sender=self)
