from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """Template tags, and the one writer of spreadsheets for every list of the studio."""

    name = "core"

    def ready(self) -> None:
        autodiscover_modules("texts")
        # Wagtail's views need the models.
        from core.spreadsheets import write_lists_of_wagtail  # noqa: PLC0415

        write_lists_of_wagtail()
