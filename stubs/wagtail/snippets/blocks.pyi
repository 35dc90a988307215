from typing import Any

from django.db.models import Model
from wagtail.blocks import ChooserBlock

class SnippetChooserBlock(ChooserBlock):
    def __init__(self, target_model: type[Model] | str, **kwargs: Any) -> None: ...
