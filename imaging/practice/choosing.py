"""Which study comes next. Pure: whoever calls it gives what is known, and a source of chance.

First it is drawn whether the study is suspicious, typically benign or normal, each as likely whatever came before and
whatever is practised: so nothing that a reader knows tells them whether to recall. Only within that, skills are chosen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from imaging.practice.elo import EASIER
from imaging.practice.skills import Skill

AIMED = 2 / 3
"""Chance of what is practised, where its look-alikes could come in its place."""
INTERLEAVED = 1 / 2
"""Chance that a look-alike of what was read lately is wanted, where nothing is practised by name."""
BY_NEED = 4 / 5
"""Chance that what is due comes before what is new, and that before the rest: the order must not tell the word."""
NEAREST = 3
"""Studies of a skill, nearest to the reader's level, of which one is drawn."""


@dataclass(frozen=True)
class Candidate:
    """A study that this reader has not read."""

    study: int
    kind: str
    skill: Skill | None
    difficulty: float


@dataclass(frozen=True)
class Wish:
    """What a reader needs."""

    due: frozenset[Skill] = frozenset()
    known: frozenset[Skill] = frozenset()
    """Due or not."""
    level: float = 0.0
    aimed: frozenset[str] = frozenset()
    """Forms that are practised by name; none: everything."""
    alike: frozenset[str] = frozenset()
    """Look-alikes of these, or of what was read lately."""


def choose(candidates: Sequence[Candidate], wish: Wish, chance: Random) -> Candidate:
    """One of them; there is one at least."""
    kind = chance.choice(sorted({each.kind for each in candidates}))
    pool = [each for each in candidates if each.kind == kind]
    pool = _narrow(pool, wish, chance)
    if chance.random() < BY_NEED:
        pool = _take_needed(pool, wish)
    skill = chance.choice(sorted({each.skill or Skill() for each in pool}))
    return _take_near([each for each in pool if (each.skill or Skill()) == skill], wish.level, chance)


def _narrow(pool: list[Candidate], wish: Wish, chance: Random) -> list[Candidate]:
    """To what is practised or is taken for it; where neither is there, all of the pool."""
    aimed = _of_forms(pool, wish.aimed)
    alike = _of_forms(pool, wish.alike)
    if not wish.aimed:
        return alike if alike and chance.random() < INTERLEAVED else pool
    if aimed and alike:
        return aimed if chance.random() < AIMED else alike
    return aimed or alike or pool


def _of_forms(pool: Iterable[Candidate], forms: frozenset[str]) -> list[Candidate]:
    return [each for each in pool if each.skill and each.skill.morphology in forms]


def _take_needed(pool: list[Candidate], wish: Wish) -> list[Candidate]:
    needs: tuple[Callable[[Skill | None], bool], ...] = (
        lambda skill: skill in wish.due,
        lambda skill: skill not in wish.known,
    )
    for is_needed in needs:
        if found := [each for each in pool if is_needed(each.skill)]:
            return found
    return pool


def _take_near(pool: list[Candidate], level: float, chance: Random) -> Candidate:
    """A little below the reader's level; of those that are as near as each other any."""
    shuffled = chance.sample(pool, len(pool))
    return chance.choice(sorted(shuffled, key=lambda each: abs(each.difficulty - level + EASIER))[:NEAREST])


def find_lacking(candidates: Iterable[Candidate], wish: Wish) -> list[Skill]:
    """Skills that are due, and of which nothing unread is left."""
    there = {each.skill for each in candidates}
    wanted = (skill for skill in wish.due if not wish.aimed or skill.morphology in wish.aimed | wish.alike)
    return sorted(skill for skill in wanted if skill not in there)
