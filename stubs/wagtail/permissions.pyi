from django.db.models import Model
from wagtail.permission_policies import BasePermissionPolicy

def register_permission_policy(
    model: type[Model], policy: BasePermissionPolicy | None = None, exact_class: bool = False
) -> None: ...
