"""Which characters of a person's name have a place on paper, and how to tell what has none.

typst refuses a letter that the fonts lack, but prints marks without a letter, obeys characters that turn the reading
direction round, and says nothing about invisible ones. Those are found here; cme knows what the fonts lack.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

NAME_CHECKS: list[Callable[[str], list[str]]] = []
"""What apps above know against printing a name, as sentences. They fill it in their apps.py."""

# Letters, marks and symbols that print nothing, or stand for text that was lost before it came to us.
NOTHING_TO_PRINT = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0xFFFC, 0xFFFD),
        *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    }
)
JOINERS = frozenset("\u200c\u200d")
# Scripts whose spelling needs the joiners: Persian's half space, the half forms of Indic letters.
JOINED_SCRIPTS = frozenset(
    {
        *("ARABIC", "DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "KANNADA"),
        *("MALAYALAM", "ORIYA", "SINHALA", "TAMIL", "TELUGU"),
    }
)
SCRIPTS_WITH_COMBINING_ACCENTS = frozenset(["LATIN", "GREEK", "CYRILLIC"])
# A fully pointed or tonal letter carries up to four marks; more of them is noise that would run off its line.
MOST_MARKS_ON_A_LETTER = 4

# A picture of a person or a flag is several characters, and is told as the one that is seen.
EMOJI = re.compile(
    r"[\U0001f000-\U0001faff\u2600-\u27bf][\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    r"(?:\u200d?[\U0001f000-\U0001faff\u2600-\u27bf\u2640\u2642][\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
MOST_TOLD = 3


def tidy_name(name: str) -> str:
    """The name as it is printed: composed characters, and single spaces inside only."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def unprintable_characters(name: str) -> str:
    """Each character with no place in a printed name, once, in the order in which they come."""
    found: dict[str, None] = {}
    base, marks = "", 0
    for character, following in pairwise([*name, ""]):
        if unicodedata.category(character) in ("Mn", "Mc"):
            marks += 1
            good = marks <= MOST_MARKS_ON_A_LETTER and _carries(base, character)
        elif character in JOINERS:
            good = all(_script(side) in JOINED_SCRIPTS for side in (base, following))
        else:
            base, marks = character, 0
            good = unicodedata.category(character)[0] in "LNPS" or character == " "
        if not good or ord(character) in NOTHING_TO_PRINT:
            found[character] = None
    return "".join(found)


def explain_name(name: str) -> list[str]:
    """What cannot be printed of a name, each as a sentence that says what to do; nothing where all of it can."""
    name = tidy_name(name)
    problems = [cannot_print(emoji) for emoji in EMOJI.findall(name)]
    unprintable = unprintable_characters(EMOJI.sub("", name))
    problems += [_explain(character, name) for character in unprintable]
    if not problems and not any(character.isalpha() for character in name):
        problems = [gettext("Please type your name in letters.")]
    for check in NAME_CHECKS if not problems else ():
        problems += check(name)
    return list(dict.fromkeys(problems))[:MOST_TOLD]


def cannot_print(seen: str) -> str:
    return gettext("“{seen}” cannot be printed. Use letters, digits and punctuation, of any script.").format(seen=seen)


def _explain(character: str, name: str) -> str:
    before = "".join(each for each in name.partition(character)[0] if not is_invisible(each)).strip()
    if unicodedata.category(character).startswith("M") and ord(character) not in NOTHING_TO_PRINT:
        if not before:
            return gettext("The name begins with an accent that stands on no letter. Please type it anew.")
        return gettext("After “{before}” comes an accent that the letter cannot carry. Please type it anew.").format(
            before=before
        )
    if not before:
        return gettext("The name begins with an invisible character. Please type it instead of pasting it.")
    return gettext("After “{before}” comes an invisible character. Please type the name instead of pasting it.").format(
        before=before
    )


def is_invisible(character: str) -> bool:
    """Control, format, surrogate, private and unassigned. The marks that turn the reading direction are among them."""
    return unicodedata.category(character)[0] == "C" or ord(character) in NOTHING_TO_PRINT


def validate_name(name: str) -> None:
    """For a name that is shown, and not printed."""
    if any(is_invisible(character) and character not in JOINERS for character in name):
        raise ValidationError(
            gettext("This name holds invisible characters. Please type it instead of pasting it."), code="invisible"
        )
    if not any(character.isalpha() for character in name):
        raise ValidationError(gettext("Please type your name in letters."), code="no_letters")


def validate_printed_name(name: str) -> None:
    if problems := explain_name(name):
        raise ValidationError(problems, code="unprintable")


def is_right_to_left(name: str) -> bool:
    directions = (unicodedata.bidirectional(character) for character in name)
    return next((direction in ("R", "AL") for direction in directions if direction in ("L", "R", "AL")), False)


def scripts_of(name: str) -> set[str]:
    """LATIN, HANGUL, HIRAGANA …: the first word of each character's name."""
    return {_script(character) for character in name}


def _carries(base: str, mark: str) -> bool:
    if unicodedata.category(base or " ")[0] not in "LN":
        return False
    if _script(mark) == "COMBINING":
        return _script(base) in SCRIPTS_WITH_COMBINING_ACCENTS
    return _script(mark) == _script(base)


def _script(character: str) -> str:
    return unicodedata.name(character, "").split(" ")[0] if character else ""
