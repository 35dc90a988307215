"""Which questions a test asks."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from random import Random, SystemRandom
from typing import TypeVar

T = TypeVar("T")


def make_rng() -> Random:
    """The kernel draws a learner's test, so nobody can foresee it. The browser's tests put a seed in this place."""
    return SystemRandom()


def spread(pool: Sequence[T], count: int, *, key: Callable[[T], Hashable], rng: Random) -> list[T]:
    """Draw as evenly from the groups as they have, at random within each, in random order.

    With `count` at least the number of groups, each is in it.
    """
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for item in rng.sample(list(pool), len(pool)):
        groups[key(item)].append(item)
    left = rng.sample(list(groups.values()), len(groups))
    drawn: list[T] = []
    while left and len(drawn) < count:
        drawn.extend(group.pop() for group in left[: count - len(drawn)])
        left = [group for group in left if group]
    rng.shuffle(drawn)
    return drawn
