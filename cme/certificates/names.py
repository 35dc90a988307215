"""Which characters of a person's name have a place on paper. Knows Unicode and nothing else.

typst refuses a letter that the fonts lack, but prints marks without a letter, obeys characters that turn the reading
direction round, and says nothing about invisible ones. Those are found here.
"""

import unicodedata
from itertools import pairwise

from django.utils.translation import gettext

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

HAN_BY_ZONE = {
    "Asia/Tokyo": "JP",
    "Asia/Seoul": "KR",
    "Asia/Pyongyang": "KR",
    "Asia/Taipei": "TC",
    "Asia/Hong_Kong": "HK",
    "Asia/Macau": "HK",
}


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


def han_variant(name: str, time_zone: str) -> str:
    """Whose form of the Han characters to print: Unicode gives one number to shapes that differ between countries.

    Kana and Hangul tell; for a name in Han alone the learner's time zone does, and anywhere else it is mainland China's
    form.
    """
    scripts = {_script(character) for character in name}
    if scripts & {"HIRAGANA", "KATAKANA"}:
        return "JP"
    if "HANGUL" in scripts:
        return "KR"
    return HAN_BY_ZONE.get(time_zone, "SC")


def describe_characters(characters: str) -> str:
    return ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, gettext('unnamed character'))}" for c in characters)


def is_right_to_left(name: str) -> bool:
    directions = (unicodedata.bidirectional(character) for character in name)
    return next((direction in ("R", "AL") for direction in directions if direction in ("L", "R", "AL")), False)


def _carries(base: str, mark: str) -> bool:
    if unicodedata.category(base or " ")[0] not in "LN":
        return False
    if _script(mark) == "COMBINING":
        return _script(base) in SCRIPTS_WITH_COMBINING_ACCENTS
    return _script(mark) == _script(base)


def _script(character: str) -> str:
    return unicodedata.name(character, "").split(" ")[0] if character else ""
