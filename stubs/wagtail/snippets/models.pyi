from typing import Any

from django.apps import AppConfig
from django.db.models import Model
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

def register_snippet(
    registerable: type[Model] | type[SnippetViewSet] | type[SnippetViewSetGroup],
    viewset: type[SnippetViewSet] | None = None,
) -> Any: ...
def create_extra_permissions(app_config: AppConfig, *args: Any, using: str = "default", **kwargs: Any) -> None: ...
