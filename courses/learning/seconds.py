"""Which seconds of a video: a bit a second in one whole number, the first second lowest."""

import re
from collections.abc import Iterable

FORGIVEN_PERCENT = 5

Run = tuple[int, int]
"""From a second up to, and without, another."""


def to_bits(runs: Iterable[Run], *, length: int) -> int:
    """What of these runs lies within the video."""
    bits = 0
    for start, end in runs:
        start, end = max(start, 0), min(end, length)
        if start < end:
            bits |= (1 << end) - (1 << start)
    return bits


def to_runs(bits: int) -> list[Run]:
    return [found.span() for found in re.finditer("1+", bin(bits)[:1:-1])]


def first_of(bits: int, count: int) -> int:
    """The first so many of these seconds."""
    if bits.bit_count() <= count:
        return bits
    short, enough = 0, bits.bit_length()
    while enough - short > 1:
        middle = (short + enough) // 2
        if (bits & (1 << middle) - 1).bit_count() <= count:
            short = middle
        else:
            enough = middle
    return bits & (1 << short) - 1


def pack(bits: int, *, length: int) -> bytes:
    return bits.to_bytes(-(-length // 8), "little")


def unpack(kept: bytes) -> int:
    return int.from_bytes(kept, "little")


def required_of(length: int) -> int:
    """How much of a video is to be watched before its lesson can be completed: 95 in 100 seconds, rounded up.

    What is forgiven covers closing credits and a second lost here and there; nobody has to hunt for one.
    """
    return length - length * FORGIVEN_PERCENT // 100
