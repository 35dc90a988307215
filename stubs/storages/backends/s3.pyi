# What core/storage.py uses of django-storages, which ships no types.
from collections.abc import Mapping
from typing import Any

from django.core.files.storage import Storage

class S3Storage(Storage):
    connection: Any
    def __init__(self, **settings: Any) -> None: ...
    def url(
        self,
        name: str | None,
        parameters: Mapping[str, str] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str: ...
