from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EscanConfig(AppConfig):
    name = "escan"

    def ready(self) -> None:
        from escan.roles import ensure_authors  # noqa: PLC0415 (models exist only once apps are ready)

        post_migrate.connect(ensure_authors, sender=self)
