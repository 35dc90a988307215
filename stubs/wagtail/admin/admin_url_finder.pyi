from typing import Any

from django.db.models import Model

class AdminURLFinder:
    def __init__(self, user: Any = None) -> None: ...
    def get_edit_url(self, instance: Model) -> str | None: ...
