"""The words of a text as search compares them: folded and stemmed, the same for what is kept and for what is asked."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

# Rises with every change to what is kept or how words are made: what was kept before is then made anew.
EDITION = 4

# In what is kept: what follows is said of a picture by its alternative text alone. Stems stand between blanks.
ASIDE = "||"

LONGEST_WORD = 60
LONGEST_STEM = 40

# With the accents that a text may carry as characters of their own.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
HYPHENS = frozenset("-\u2010\u2011")

# Letters that Unicode does not take apart.
LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th"})

# Plurals and spellings that no rule gives.
IRREGULAR = {
    "acini": "acinus",
    "apices": "apex",
    "appendices": "appendix",
    "axes": "axis",
    "bronchi": "bronchus",
    "calculi": "calculus",
    "criteria": "criterion",
    "emboli": "embolus",
    "foci": "focus",
    "gray": "grey",
    "hila": "hilum",
    "indices": "index",
    "loci": "locus",
    "lumina": "lumen",
    "matrices": "matrix",
    "nuclei": "nucleus",
    "phenomena": "phenomenon",
    "radii": "radius",
    "septa": "septum",
    "stimuli": "stimulus",
    "thrombi": "thrombus",
    "women": "woman",
}
# Plurals from Greek and Latin, then spellings of both sides of the ocean.
ENDINGS = [
    (re.compile(r"(?<=[aeouy])sis$"), "ses"),
    (re.compile(r"(?<=m)ata$"), "a"),
    (re.compile(r"(?<=\w\w\w)ae$"), "a"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"(?<=\w\w\w)our(?=s?$|ed$|ing$)"), "or"),
    (re.compile(r"(?<=\w\w[nb])re(?=s?$)"), "er"),
    (re.compile(r"(?<=\w\wt)re(?=s?$)"), "er"),
]

# Left out of a question, unless it has no other words.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about an and are as at be but by can do does for from had has have how i if in into is it its me my no not "
        "of on or our s so t that the their there these they this to was we were what when where which who why will "
        "with you your",
    )
)


class Word(NamedTuple):
    start: int
    end: int
    stem: str
    is_joined: bool = False


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    folded = fold(word[:LONGEST_WORD])
    if len(folded) == 1 and "GREEK" in (name := unicodedata.name(folded, "")):
        return name.rsplit(maxsplit=1)[-1].lower()
    folded = IRREGULAR.get(folded, folded)
    for ending, instead in ENDINGS:
        folded = ending.sub(instead, folded)
    # A stemmer of one's own each time: it holds the word that it works on, and threads share this module.
    return str(snowballstemmer.stemmer("english").stemWord(folded))[:LONGEST_STEM]


def fold(word: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().translate(LETTERS)


def read_words(text: str) -> Iterator[Word]:
    """Every word with its place; what a hyphen joins also as one word, so that “birads” finds “BI-RADS”."""
    before: re.Match[str] | None = None
    for match in WORD.finditer(text):
        yield Word(match.start(), match.end(), stem(match[0]))
        if before and before.end() + 1 == match.start() and text[before.end()] in HYPHENS:
            yield Word(before.start(), match.end(), stem(before[0] + match[0]), is_joined=True)
        before = match


def read_stems(text: str) -> list[str]:
    return [word.stem for word in read_words(text) if word.stem]


def write_stems(text: str) -> str:
    """The stems of a text in their order, each between blanks; after a bar those that hyphens join."""
    words = [word for word in read_words(text) if word.stem]
    apart = [word.stem for word in words if not word.is_joined]
    joined = [word.stem for word in words if word.is_joined]
    return f" {' '.join([*apart, *['|'] * bool(joined), *joined])} "
