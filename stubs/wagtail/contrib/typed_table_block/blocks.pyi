from collections.abc import Sequence
from typing import Any

from wagtail.blocks import Block

class BaseTypedTableBlock(Block):
    def __init__(self, local_blocks: Sequence[tuple[str, Block]] | None = None, **kwargs: Any) -> None: ...

class TypedTableBlock(BaseTypedTableBlock): ...

class TypedTable:
    columns: Sequence[dict[str, Any]]
    rows: Any
    row_data: Sequence[dict[str, Any]]
    caption: str
