from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from wagtail.permission_policies import BasePermissionPolicy

def register_permission_policy(
    model: type[Model], policy: BasePermissionPolicy | None = None, exact_class: bool = False
) -> None: ...

class _Policy(BasePermissionPolicy):
    def user_has_any_permission(self, user: AbstractBaseUser, actions: list[str]) -> bool: ...

class _Registry:
    def get_by_type(self, model: type[Model]) -> _Policy: ...

policy_registry: _Registry
