"""Where the seed of a study comes from: tests put one of their own here (tests/browser/settings.py)."""

import secrets

SEEDS = 2**53
"""So many that none is met twice, and that trying them all to find an image takes for ever."""


def draw_seed() -> int:
    return secrets.randbelow(SEEDS)
