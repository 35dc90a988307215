"""What the price opens, for its page. payments sells access and knows no course: apps above tell it."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.safestring import SafeString


class Offer(NamedTuple):
    lines: SafeString
    """Items of the list "What you get"."""
    notice: SafeString
    """What is to be known before paying, beside the button."""
    band: SafeString
    """What stands under the price, over the whole width."""


OFFERS: list[Callable[[], Offer]] = []
"""Filled by apps above when they start."""
