"""Blocks that stay keep their ids, by which places in a text are remembered."""

import json
import uuid
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from escan.loader.blocks import Names, write_blocks

Block = dict[str, Any]

SAME_KEYS = Names(*[str] * len(Names._fields))


def keep_block_ids(blocks: list[Block], *, before: Iterable[Mapping[str, Any]], slug: str) -> None:
    """Give each block the id of the one it was, in the same or in other words; a new one has an id that none had."""
    old = list(before)
    words, old_words = ([_write(block) for block in each] for each in (blocks, old))
    ids: dict[int, str] = {}
    for tag, i, j, k, m in SequenceMatcher(None, old_words, words, autojunk=False).get_opcodes():
        if tag == "equal":
            ids |= {k + step: str(old[i + step]["id"]) for step in range(j - i)}
        elif tag == "replace":
            ids |= dict(_pair(old[i:j], blocks[k:m], k))
    taken = {str(block.get("id")) for block in old}
    for place, block in enumerate(blocks):
        if place in ids:
            block["id"] = ids[place]
        elif block["id"] in taken:
            block["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{slug}/{block['id']}/{len(taken)}"))
        taken.add(block["id"])


def _pair(old: list[Mapping[str, Any]], new: list[Block], start: int) -> Iterable[tuple[int, str]]:
    """Of those that changed, one after the other of the same kind."""
    left = list(old)
    for place, block in enumerate(new, start=start):
        match = next((each for each in left if each["type"] == block["type"]), None)
        if match is not None:
            left = left[left.index(match) + 1 :]
            yield place, str(match["id"])


def _write(block: Mapping[str, Any]) -> str:
    try:
        return write_blocks([block], SAME_KEYS)
    except (KeyError, TypeError, ValueError):
        return json.dumps(block["value"], sort_keys=True, default=str)
