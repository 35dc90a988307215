"""What may stand in a name. Certificates are printed from it, so nothing invisible may hide there."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Format characters that spelling needs: Persian's half space, the half forms of Indic letters.
JOINERS = frozenset("\u200c\u200d")
# Control, format, surrogate, private and unassigned. The marks that turn the reading direction are format characters.
INVISIBLE_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Co", "Cn"])


def is_invisible(character: str) -> bool:
    return unicodedata.category(character) in INVISIBLE_CATEGORIES and character not in JOINERS


def validate_name(name: str) -> None:
    if any(is_invisible(character) for character in name):
        raise ValidationError(
            gettext(
                "This name holds invisible characters, and certificates are printed from it. "
                "Please type it instead of pasting it."
            ),
            code="invisible",
        )
    if not any(unicodedata.category(character).startswith("L") for character in name):
        raise ValidationError(gettext("Please type your name in letters."), code="no_letters")
