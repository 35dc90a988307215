"""The code that is printed on a certificate: twelve characters of Crockford's base 32, 60 random bits."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
# Crockford: what a hand or an eye takes for another sign is read as that sign.
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", "‐": "", "‑": "", "–": ""})  # noqa: RUF001


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalize_code(typed: str) -> str | None:
    """The code that somebody meant, or None where it cannot be one."""
    code = "".join(typed.split()).upper().translate(LOOKALIKES)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code


def format_code(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
