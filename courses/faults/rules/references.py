"""References of lessons and guides: what each has, and where it leads to."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from core.faults import Found, rule
from courses.faults.reading import words_of
from courses.writing.models import Lesson
from courses.writing.references import NAMED, find_address, find_faults_of_identifiers

INCOMPLETE = re.compile(r"\(incomplete: ([^()]*\w[^()]*)\)\s*$")


@rule("references-none", Lesson)
def has_references(text: Any) -> Iterator[Found]:
    """A text names its sources.

    AMA: access to bibliographic sources for further study.
    """
    if text.body.blocks and not text.body.references:
        yield Found(gettext("There are no references: put them into the last block."), "body")


@rule("references-last", Lesson)
def references_come_last(text: Any) -> Iterator[Found]:
    """References are the last block."""
    blocks = text.body.blocks
    for block in text.body.of("references"):
        if block is not blocks[-1]:
            yield Found(gettext("References stand at the end: move the block down."), "body", block.pk)


@rule("reference-empty", Lesson, stops=True)
def reference_has_words(text: Any) -> Iterator[Found]:
    """A reference is written, or taken out."""
    for block, words in text.body.references:
        if not words:
            yield Found(gettext("A reference is empty: write it, or take it out."), "body", block.pk)


@rule("doi-wrong", Lesson, stops=True)
def doi_is_one(text: Any) -> Iterator[Found]:
    """What is called a DOI is one, in words and in links.

    doi.org/the-identifier/resources/handbook, 2.2.
    """
    for block in text.body.blocks:
        for html in block.rich_texts:
            for told in find_faults_of_identifiers(words_of(html)) if "doi" in html.lower() else ():
                yield Found(told, "body", block.pk)
    for block, link in text.body.links:
        for told in find_faults_of_identifiers(link.address):
            yield Found(told, "body", block.pk)


@rule("reference-no-identifier", Lesson)
def reference_leads_to_its_work(text: Any) -> Iterator[Found]:
    """A reference has a DOI, a PMID, a PMC number or an address, or says that it was not found."""
    for block, words in text.body.references:
        if words and not NAMED.search(words) and not INCOMPLETE.search(words):
            told = gettext("“{reference}” has no DOI, PMID or address: add it, or “(incomplete: DOI not found)”.")
            yield Found(told.format(reference=shorten(words)), "body", block.pk)


@rule("reference-incomplete", Lesson)
def reference_is_complete(text: Any) -> Iterator[Found]:
    """A reference lacks nothing; one that says what it lacks is published, and still to be completed."""
    for block, words in text.body.references:
        if found := INCOMPLETE.search(words):
            told = gettext("“{reference}” says what it lacks ({lacks}): complete it when it is found.")
            yield Found(told.format(reference=shorten(words), lacks=found[1]), "body", block.pk)


@rule("reference-twice", Lesson)
def reference_stands_once(text: Any) -> Iterator[Found]:
    """A work is named once in a list of references."""
    counted = Counter(find_address(words) or words for _, words in text.body.references if words)
    for block, words in text.body.references:
        key = find_address(words) or words
        if counted[key] > 1:
            counted[key] = 0
            told = gettext("“{reference}” stands there twice: keep one.")
            yield Found(told.format(reference=shorten(words)), "body", block.pk)


def shorten(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0].rstrip(".,;:") + "…"
