"""What search answers with."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString


class Result(NamedTuple):
    kind: str
    title: SafeString
    excerpt: SafeString
    url: str
    trail: Sequence[str] = ()
    is_locked: bool = False


class LockedPlaces(NamedTuple):
    """How many places a lesson has that this reader cannot open. Nothing of what stands there."""

    title: str
    url: str
    course: str
    places: int


def get_place(block: str, second: int | None) -> str:
    """The part of a lesson's address that names a block, or a second of a video."""
    if not block:
        return ""
    return f"#b-{block}" if second is None else f"#b-{block}@{second}"
