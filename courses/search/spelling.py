"""What was meant by a question with misspelt words."""

from collections.abc import Callable
from difflib import get_close_matches

from courses.search.asking import Lexicon, split
from courses.search.queries import SHORTEST_MISSPELT
from courses.search.words import WORD

# Of 1. On thirty misspelt words of the field, this found more of what was meant than groups of three letters did.
SIMILARITY = 0.75
# Who misspells more words than these wrote another language.
MOST_MISSPELT = 3


def correct(text: str, lexicon: Lexicon, vocabulary: frozenset[str], is_known: Callable[[str], bool]) -> str:
    """The same text with each unknown word made the one that it resembles most; nothing where that changes nothing."""
    phrases = split(WORD.findall(text), lexicon)
    words = {phrase[0] for phrase in phrases if len(phrase) == 1 and len(phrase[0]) >= SHORTEST_MISSPELT}
    unknown = [word for word in words if word.isalpha() and word.lower() not in vocabulary and not is_known(word)]
    if not unknown or len(unknown) > MOST_MISSPELT:
        return ""
    instead = {word: get_close_matches(word.lower(), vocabulary, n=1, cutoff=SIMILARITY) for word in unknown}
    meant = WORD.sub(lambda match: next(iter(instead.get(match[0], [])), match[0]), text)
    return meant if meant != text else ""
