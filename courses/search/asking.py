"""A question to search: any text at all. Its words are compared and nothing in it is a command."""

from dataclasses import dataclass
from enum import Enum

from django.db.models import Q

from courses.search.words import LONGEST_STEM, STOP_WORDS, WORD, fold, stem

# Words of a question; more are not looked for.
MOST_WORDS = 12
# Letters from which a word may stand for those that begin with it.
SHORTEST_BEGINNING = 3


class Manner(Enum):
    """How strictly. The next is tried where one finds nothing at all."""

    ALL = "all"
    BEGINNING = "beginning"
    ANY = "any"


@dataclass(frozen=True)
class Question:
    stems: tuple[str, ...]
    last: str
    """The last word as it was typed, folded."""
    manner: Manner = Manner.ALL

    def __bool__(self) -> bool:
        return bool(self.stems)

    @property
    def manners(self) -> list[Manner]:
        """Those that could find more than the one before."""
        can_begin = len(self.last) >= SHORTEST_BEGINNING
        return [Manner.ALL, *[Manner.BEGINNING] * can_begin, *[Manner.ANY] * (len(self.stems) > 1)]

    @property
    def exact(self) -> tuple[str, ...]:
        return self.stems[:-1] if self.manner is Manner.BEGINNING else self.stems

    def is_hit(self, stem: str) -> bool:
        return stem in self.exact or (self.manner is Manner.BEGINNING and stem.startswith(self.last))

    def is_answered_by(self, stems: set[str]) -> bool:
        if self.manner is Manner.ANY:
            return not stems.isdisjoint(self.stems)
        begins = self.manner is not Manner.BEGINNING or any(stem.startswith(self.last) for stem in stems)
        return begins and stems.issuperset(self.exact)

    @property
    def conditions(self) -> list[Q]:
        """On the words of a passage; each must be met by one of them."""
        if self.manner is Manner.ANY:
            return [Q(stem__in=self.stems)]
        beginning = [Q(stem__startswith=self.last)] if self.manner is Manner.BEGINNING else []
        return [*(Q(stem=stem) for stem in self.exact), *beginning]


def read_question(text: str) -> Question:
    words = [match[0] for match in WORD.finditer(text)]
    words = [word for word in words if fold(word) not in STOP_WORDS] or words
    # In order, each once, and the last one typed stays the last.
    stems = list(dict.fromkeys(filter(None, map(stem, words))))[:MOST_WORDS]
    last = fold(words[-1])[:LONGEST_STEM] if words and stems and stem(words[-1]) == stems[-1] else ""
    return Question(tuple(stems), last)
