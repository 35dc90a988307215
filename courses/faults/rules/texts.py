"""Headings, paragraphs and blocks of lessons and guides."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.reading import words_of
from courses.writing.models import Lesson


@rule("block-twice", Lesson, stops=True)
def block_stands_once(text: Any) -> Iterator[Found]:
    """A block whose parts have addresses stands once."""
    kinds = Counter(block.kind for block in text.body.blocks)
    for kind, limits in text.body.limits.items():
        if kinds[kind] > limits["max_num"]:
            block = text.body.of(kind)[-1]
            told = gettext("“{block}” stands twice, and its parts have the same address: keep one.")
            yield Found(told.format(block=block.definition.label), "body", block.pk)


@rule("block-empty", Lesson)
def block_has_words(text: Any) -> Iterator[Found]:
    """A block of text or a callout has words."""
    for block in text.body.of("text", "callout", "call_to_action", "patients"):
        if not any(words_of(html) for html in block.rich_texts):
            yield Found(gettext("A block is empty: write it, or take it out."), "body", block.pk)


@rule("heading-order", Lesson)
def headings_are_in_order(text: Any) -> Iterator[Found]:
    """Under the title comes a heading of the first level, before one of the second.

    WCAG 2.2, 1.3.1; technique G141.
    """
    first = next(iter(text.body.headings), None)
    if first is not None and first[1] > 2:
        told = gettext("Above “{heading}” there is no heading of the first level: put one before it.")
        yield Found(told.format(heading=first[2]), "body", first[0].pk)


@rule("heading-empty", Lesson)
def headings_have_words(text: Any) -> Iterator[Found]:
    """A heading has words."""
    for block, _, words in text.body.headings:
        if not words:
            yield Found(gettext("A heading is empty: write it, or take it out."), "body", block.pk)


@rule("heading-twice", Lesson)
def headings_differ(text: Any) -> Iterator[Found]:
    """Two headings of the first level differ, for readers go by them."""
    counted = Counter(words for _, level, words in text.body.headings if level == 2 and words)
    for block, level, words in text.body.headings:
        if level == 2 and counted[words] > 1:
            counted[words] = 0
            told = gettext("Two headings are called “{heading}”: name them apart.")
            yield Found(told.format(heading=words), "body", block.pk)
