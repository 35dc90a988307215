from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models
from wagtail.blocks import Block, StreamValue

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

class RichTextField(models.TextField[_ST, _GT]):
    features: Sequence[str] | None
    def __init__(self, *args: Any, features: Sequence[str] | None = None, **kwargs: Any) -> None: ...

class StreamField(models.Field[_ST, _GT]):
    _pyi_private_set_type: StreamValue | str | Sequence[Any]
    _pyi_private_get_type: StreamValue
    stream_block: Any
    def __init__(
        self,
        block_types: Sequence[tuple[str, Block]],
        use_json_field: bool = True,
        block_lookup: Any = None,
        **kwargs: Any,
    ) -> None: ...
