from django.apps import AppConfig

class WagtailUsersAppConfig(AppConfig):
    group_viewset: str
    user_viewset: str
