from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from wagtail.users import apps as wagtail_users


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Signals can be connected only when every app's models are there.
        from accounts import receivers  # noqa: F401, PLC0415

        autodiscover_modules("mails", "own_data")


class StudioUsersConfig(wagtail_users.WagtailUsersAppConfig):
    """Wagtail's screens for users, for people without username, first and last name."""

    default = False
    user_viewset = "accounts.wagtail_hooks.UserViewSet"
