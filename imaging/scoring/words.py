"""The words of a reader beside those of the truth."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imaging.evidence.records import Descriptor

SAME_GROUP = 0.5
"""Credit for another word of the same risk group."""
# By the published shares in imaging/evidence/data/rates.yaml, to which a test holds this: those of grouped (16.1 to 22
# percent) lie inside those of regional (13.2 to 33); linear (55) and segmental (42) follow a duct and lie above both.
# Diffuse has no series of its own; of amorphous ones it is the lowest.
DISTRIBUTION_GROUPS = {
    "diffuse": "scattered",
    "regional": "area",
    "grouped": "area",
    "linear": "duct",
    "segmental": "duct",
}


@dataclass(frozen=True)
class Confusion:
    """How often a word was said (column) where another was true (row). The empty word: nothing was said."""

    words: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class WordScore:
    n: int
    credit: float | None
    """Mean, from 0 to 1."""
    confusion: Confusion


def group_by_category(descriptors: Iterable[Descriptor]) -> dict[str, str]:
    """Forms of one usual category are one risk group (imaging/evidence/data/descriptors.yaml, with its source)."""
    return {word.key: word.category for word in descriptors if word.category}


def give_credit(truth: str, said: str, groups: Mapping[str, str]) -> float:
    """1 for the word, a half for another of its risk group. A word without a group has no neighbors."""
    if said == truth:
        return 1.0
    return SAME_GROUP if truth in groups and groups[truth] == groups.get(said) else 0.0


def compare_words(pairs: Iterable[tuple[str, str]], groups: Mapping[str, str]) -> WordScore:
    """Of pairs of true word and said word; where the truth has no word there is nothing to compare."""
    pairs = [(truth, said) for truth, said in pairs if truth]
    given = sum(give_credit(truth, said, groups) for truth, said in pairs)
    return WordScore(len(pairs), given / len(pairs) if pairs else None, _confuse(pairs, groups))


def _confuse(pairs: list[tuple[str, str]], groups: Mapping[str, str]) -> Confusion:
    """Only words that occur; in the order of the groups, then the others by name, the empty one last."""
    order = {word: place for place, word in enumerate(groups)}
    words = sorted(
        {word for pair in pairs for word in pair}, key=lambda word: (not word, order.get(word, len(order)), word)
    )
    counts = Counter(pairs)
    return Confusion(tuple(words), tuple(tuple(counts[truth, said] for said in words) for truth in words))
