from typing import Any

from wagtail.blocks import StructBlock

class ImageBlock(StructBlock):
    def __init__(self, required: bool = True, **kwargs: Any) -> None: ...
