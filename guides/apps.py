from django.apps import AppConfig


class GuidesConfig(AppConfig):
    name = "guides"

    def ready(self) -> None:
        from guides import receivers  # noqa: PLC0415 - models are loaded only now

        receivers.connect()
