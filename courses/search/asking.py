"""A question to search: any text at all. Its words are compared and nothing in it is a command."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, partial, reduce
from operator import add, and_, or_
from types import MappingProxyType

from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import StrIndex
from django.db.models.lookups import LessThan

from courses.search.words import ASIDE, HYPHENS, LONGEST_STEM, STOP_WORDS, WORD, fold, read_stems, stem

# Words of a question; more are not looked for.
MOST_WORDS = 12
# Letters from which a word may stand for those that begin with it.
SHORTEST_BEGINNING = 3
# Words in a phrase of the lexicon.
LONGEST_PHRASE = 5
# What was typed counts more than what means the same.
TYPED, MEANT = 4, 3
TEXT = 2
# A place that says what was typed and what means the same explains the word: more than a heading with the latter.
EXPLAINED = 28
# Of a word of the lexicon, a heading that begins with it.
ENTRY = 2
# More than all else of a passage: with any word, what has more of the words stands first.
A_WORD_MORE = 10_000

STOP_STEMS = frozenset(map(stem, STOP_WORDS))
APART = str.maketrans(dict.fromkeys(HYPHENS, " "))
JOINED = str.maketrans(dict.fromkeys(HYPHENS, ""))

# On a passage, that it has a piece of a text.
Holds = Callable[[str], Q]
# Pieces of a text, stems between blanks, that all must be there.
Form = tuple[str, ...]
# What is looked for as one: the words that were typed, wherever they stand, and phrases that mean the same.
Term = tuple[Form, ...]
# What means the same as a phrase, by its stems.
Lexicon = Mapping[tuple[str, ...], Term]
NO_LEXICON: Lexicon = MappingProxyType({})


class Manner(Enum):
    """How strictly. The next is tried where one finds nothing at all."""

    ALL = "all"
    BEGINNING = "beginning"
    ANY = "any"


@dataclass(frozen=True)
class Question:
    terms: tuple[Term, ...]
    last: Form
    """The last of them as it was typed, its last word folded and open at its end."""
    phrase: str
    """All that was typed, as stems."""
    manner: Manner = Manner.ALL

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def manners(self) -> list[Manner]:
        """Those that could find more than the one before."""
        can_begin = len(self.beginning) >= SHORTEST_BEGINNING
        return [Manner.ALL, *[Manner.BEGINNING] * can_begin, *[Manner.ANY] * (len(self.terms) > 1)]

    @property
    def beginning(self) -> str:
        return self.last[-1].strip() if self.last else ""

    @property
    def wanted(self) -> tuple[Term, ...]:
        return (*self.terms[:-1], (self.last,)) if self.manner is Manner.BEGINNING else self.terms

    @cached_property
    def stems(self) -> frozenset[str]:
        stems = frozenset(word for term in self.wanted for form in term for piece in form for word in piece.split())
        return stems - STOP_STEMS or stems

    def is_hit(self, stem: str) -> bool:
        begins = self.manner is Manner.BEGINNING and stem.startswith(self.beginning)
        return begins or stem in self.stems

    def is_answered_by(self, words: str) -> bool:
        enough = any if self.manner is Manner.ANY else all
        return enough(any(all(piece in words for piece in form) for form in term) for term in self.wanted)

    @property
    def condition(self) -> Q:
        """On a passage."""
        return self._is_answered(_in("words"))

    @property
    def is_said(self) -> Q:
        """On a passage that answers it: not by an alternative text alone."""
        return self._is_answered(_is_said)

    def _is_answered(self, holds: Holds) -> Q:
        join = or_ if self.manner is Manner.ANY else and_
        return reduce(join, (_has(holds, term) for term in self.wanted))

    @property
    def weight(self) -> Combinable:
        """Of a passage that answers it. Of several words, those that stand together as they were typed count twice."""
        phrase: Term = ((self.phrase,),)
        is_one = len(self.terms) == 1
        parts = [part for term in (self.wanted if is_one else [*self.wanted, phrase]) for part in _weigh(term)]
        # A heading that says nothing else.
        whole = [form[0] for form in (*phrase, *self.terms[0] * is_one) if len(form) == 1]
        parts.append(Case(When(heading_words__in=whole, then=F("weight") * TYPED), default=0))
        if self.manner is Manner.ANY:
            parts += [Case(When(_has(_in("words"), term), then=A_WORD_MORE), default=0) for term in self.wanted]
        return reduce(add, parts)


def _in(field: str) -> Holds:
    return lambda piece: Q(**{f"{field}__contains": piece})


def _is_said(piece: str) -> Q:
    return _in("words")(piece) & Q(LessThan(StrIndex("words", Value(piece)), StrIndex("words", Value(ASIDE))))


def _has(holds: Holds, term: Term) -> Q:
    return reduce(or_, (reduce(and_, map(holds, form)) for form in term))


def _weigh(term: Term) -> Iterator[Combinable]:
    typed, meant = term[:1], term[1:]
    for field, weight in (("heading_words", F("weight")), ("words", Value(TEXT))):
        has = partial(_has, _in(field))
        means = [When(has(meant), then=weight * MEANT)] if meant else []
        yield Case(When(has(typed), then=weight * TYPED), *means, default=0)
    stems = _read(typed[0])
    near = tuple(form for form in term if _read(form) <= stems)
    others = tuple(form for form in meant if not (_read(form) <= stems or _read(form) >= stems))
    if others:
        entry = reduce(or_, (Q(heading_words__startswith=form[0]) for form in term if len(form) == 1))
        yield Case(When(entry, then=F("weight") * ENTRY), default=0)
        yield Case(When(_has(_is_said, near) & _has(_is_said, others), then=EXPLAINED), default=0)


def read_question(text: str, lexicon: Lexicon = NO_LEXICON) -> Question:
    words = [match[0] for match in WORD.finditer(text) if stem(match[0])]
    phrases = list(split(words, lexicon))
    phrases = [phrase for phrase in phrases if len(phrase) > 1 or fold(phrase[0]) not in STOP_WORDS] or phrases
    # Each once, and the last one typed stays the last.
    terms = list(dict.fromkeys(_read_term(phrase, lexicon) for phrase in phrases))[:MOST_WORDS]
    is_last = bool(terms) and terms[-1] == _read_term(phrases[-1], lexicon)
    return Question(tuple(terms), _open(phrases[-1]) if is_last else (), _write(map(stem, words)))


def split(words: list[str], lexicon: Lexicon) -> Iterator[list[str]]:
    """The phrases that the lexicon knows, the longest first, and single words."""
    while words:
        lengths = range(LONGEST_PHRASE, 1, -1)
        length = next((number for number in lengths if tuple(map(stem, words[:number])) in lexicon), 1)
        yield words[:length]
        words = words[length:]


def read_lexicon(lines: Iterable[str]) -> Lexicon:
    """Each line has what means the same, separated by commas."""
    lexicon: dict[tuple[str, ...], Term] = defaultdict(tuple)
    for line in lines:
        phrases = line.split(",")
        forms = tuple((_write(read_stems(phrase.translate(APART))),) for phrase in phrases)
        for phrase in phrases:
            for key in {tuple(read_stems(phrase.translate(hyphens))) for hyphens in (APART, JOINED)}:
                lexicon[key] += forms
    return dict(lexicon)


def _read_term(phrase: list[str], lexicon: Lexicon) -> Term:
    stems = tuple(map(stem, phrase))
    typed = tuple(_write([stem]) for stem in stems if stem not in STOP_STEMS or len(stems) == 1)
    return tuple(dict.fromkeys([typed, *lexicon.get(stems, ())]))


def _write(stems: Iterable[str]) -> str:
    return f" {' '.join(stems)} "


def _read(form: Form) -> set[str]:
    return set(" ".join(form).split())


def _open(phrase: list[str]) -> Form:
    return (*(_write([stem(word)]) for word in phrase[:-1]), f" {fold(phrase[-1])[:LONGEST_STEM]}")
