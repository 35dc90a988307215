from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "imaging"

    def ready(self) -> None:
        from imaging import receivers  # noqa: F401, PLC0415 - models are loaded only now
