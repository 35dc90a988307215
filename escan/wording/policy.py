from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from wagtail.permission_policies import ModelPermissionPolicy


class EditOnly(ModelPermissionPolicy):
    """Of rows that are there for good: their addresses stand in mails and on certificates, or a page shows them."""

    def user_has_permission(self, user: AbstractBaseUser | AnonymousUser, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)
