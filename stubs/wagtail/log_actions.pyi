from typing import Any

from django.db.models import Model
from django_stubs_ext import StrOrPromise
from wagtail.models import BaseLogEntry

class LogActionRegistry:
    def register_action(self, action: str, *args: Any) -> Any: ...
    def get_logs_for_instance(self, instance: Model) -> Any: ...
    def get_choices(self) -> list[tuple[str, StrOrPromise]]: ...

registry: LogActionRegistry

def log(instance: Model, action: str, **kwargs: Any) -> BaseLogEntry | None: ...
