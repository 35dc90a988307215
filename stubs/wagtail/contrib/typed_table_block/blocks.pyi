from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

from wagtail.blocks import Block

class BaseTypedTableBlock(Block):
    child_blocks: OrderedDict[str, Block]
    def __init__(self, local_blocks: Sequence[tuple[str, Block]] | None = None, **kwargs: Any) -> None: ...

class TypedTableBlock(BaseTypedTableBlock): ...

class TypedTable:
    @property
    def rows(self) -> Iterator[list[Any]]: ...
