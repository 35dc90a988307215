"""Whether a change is a small correction, as of spelling, that needs no review. Pure; the one judge at every door."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from reviews.parts import GONE, NEW, Change, Part, compare

MOST_WORDS = 8
"""Changed in all, old and new ones counted once."""
ALIKE = 0.7
"""How much of two spellings of one word is the same, from 0 to 1 (difflib)."""

NUMBER = re.compile(
    r"\d|[<>=≤≥±%‰]|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|"
    r"million|half|third|quarter|once|twice|double|triple|first|second)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:no|not|non|never|none|nor|neither|nothing|nobody|without|cannot|except|unless|lacks?|lacking|absent|absence|"
    r"fails?|rules? out|excludes?|excluded|unlikely|\w+n['\u2019]t)\b",
    re.IGNORECASE,
)
# Words that look alike and say the opposite: with either of a pair in one spelling alone, the meaning may have turned.
OPPOSITES = [
    tuple(pair.split("/"))
    for pair in (
        *("hypo/hyper", "in/de", "in/ex", "inter/intra", "ante/post", "pre/post", "pro/con", "ab/ad", "over/under"),
        *("up/down", "micro/macro", "mono/poly", "uni/bi", "uni/multi", "ipsi/contra", "sub/supra", "infra/supra"),
        *("least/most", "less/more", "low/high", "medial/lateral", "benign/malignant", "proximal/distal", "min/max"),
        *("anterior/posterior", "superior/inferior", "minor/major", "left/right", "may/must", "can/must"),
    )
]
NEGATING_PREFIX = re.compile(r"^(?:un|in|im|il|ir|dis|non-?|a|an|mis)(?=\w{3,})", re.IGNORECASE)
# What grammar alone changes. Within a group one may take another's place, and an article may come or go.
ALIKE_IN_SENSE = [
    set(group.split("/"))
    for group in ("a/an/the", "is/are", "was/were", "has/have", "does/do", "that/which", "who/whom")
]
MAY_COME_OR_GO = {"a", "an", "the", "that", "of", "to", ""}
WORDS = re.compile(r"\S+|\n+")
EDGES = ".,;:!?()[]{}\"'-\u2013\u2014\u2018\u2019\u201c\u201d\u2026"


def explain_not_small(before: Sequence[Part], after: Sequence[Part]) -> list[str]:
    """Why it needs review, in sentences; empty where it is a small correction."""
    changes = [change for change in compare(before, after) if change.is_changed]
    if not changes:
        return [_("Nothing changed since the last approval.")]
    reasons = [reason for change in changes for reason in _explain_change(change)]
    count = sum(_count_words(change) for change in changes)
    if not reasons and count > MOST_WORDS:
        told = _("{count} words changed since the last look of a reviewer, and a small correction has at most {most}.")
        reasons = [told.format(count=count, most=MOST_WORDS)]
    return list(dict.fromkeys(reasons))


def _explain_change(change: Change) -> Iterator[str]:
    place = str(change.part.label)
    if change.is_moved:
        yield _("{place} stands at another place.").format(place=place)
    if change.state == NEW:
        yield _("{place} is new.").format(place=place)
    elif change.state == GONE:
        yield _("{place} is gone.").format(place=place)
    elif change.part.is_fixed:
        yield _("{place} is never a small change.").format(place=place)
    elif change.is_beside:
        told = _("{place}: more than words changed (a picture, a link, a number, a format, or which choice is right).")
        yield told.format(place=place)
    else:
        for gone, new in pair_words(change):
            if told := _explain_words(gone, new):
                yield _("{place}: {told}").format(place=place, told=told)


def pair_words(change: Change) -> Iterator[tuple[str, str]]:
    """What went with what came in its place; either may be empty. Signs stay with their words: “-5” is no “5”."""
    old, new = WORDS.findall(change.was), WORDS.findall(change.part.words)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield " ".join(old[a:b]), " ".join(new[c:d])


def _explain_words(gone: str, new: str) -> str:
    told = {"gone": gone, "new": new}
    if _find(NUMBER, gone) != _find(NUMBER, new):
        return _("a number changed (“{gone}” to “{new}”).").format(**told)
    if _find(NEGATION, gone) != _find(NEGATION, new):
        return _("a negation changed (“{gone}” to “{new}”).").format(**told)
    if not _is_spelling(gone.split(), new.split()):
        return _("“{gone}” to “{new}” is another word, and not another spelling.").format(**told)
    return ""


def _find(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found.lower() for found in pattern.findall(text)] + re.findall(r"\S*\d\S*", text)


def _is_spelling(gone: Sequence[str], new: Sequence[str]) -> bool:
    if "".join(gone) == "".join(new):  # a space came or went
        return True
    if len(gone) == len(new):
        return all(is_one_word(old, young) for old, young in zip(gone, new, strict=True))
    return _comes_or_goes(gone, new)


def _comes_or_goes(gone: Sequence[str], new: Sequence[str]) -> bool:
    """One side has small words that the other has not."""
    longer, shorter = (gone, new) if len(gone) > len(new) else (new, gone)
    left = [_bare(word) for word in longer]
    for word in shorter:
        match = next((other for other in left if is_one_word(word, other)), None)
        if match is None:
            return False
        left.remove(match)
    return all(word in MAY_COME_OR_GO for word in left)


def is_one_word(first: str, second: str) -> bool:
    """Two spellings of one word."""
    first, second = _bare(first), _bare(second)
    if first == second or any({first, second} <= group for group in ALIKE_IN_SENSE):
        return True
    if _turns(first, second) or min(len(first), len(second)) < 3:
        return False
    has_same_letters = sorted(first) == sorted(second)
    return has_same_letters or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _turns(first: str, second: str) -> bool:
    for one, other in OPPOSITES:
        for old, young in ((first, second), (second, first)):
            if one in old and other in young and old.replace(one, "", 1) == young.replace(other, "", 1):
                return True
    return any(
        NEGATING_PREFIX.sub("", old) == young and old != young for old, young in ((first, second), (second, first))
    )


def _bare(word: str) -> str:
    return word.strip(EDGES).lower()


def _count_words(change: Change) -> int:
    """Old and new ones counted once."""
    return sum(max(len(WORDS.findall(gone)), len(WORDS.findall(new))) for gone, new in pair_words(change))
