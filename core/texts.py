"""Words of pages and mails that staff may change, within their design: named, with the shipped words as default.

Each app registers its own in its module `texts`. A template shows one by `{% text "home.lede" %}`. Facts that are
computed are placeholders in braces, and stand in every version of a text: what a page promises is never only words.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

PLACEHOLDER = re.compile(r"\{(\w*)\}")
BRACE = re.compile(r"[{}]")
# A text that is this long is written in more than one line.
LONG = 90


@dataclass(frozen=True)
class Text:
    """One text. Its name is unique in its place, and never changes: it stands in the database."""

    name: str
    title: Promise
    shipped: Promise
    """In plain words; placeholders in braces, each of which every version needs."""
    most: int
    """Characters that the design bears."""

    @property
    def placeholders(self) -> set[str]:
        return set(PLACEHOLDER.findall(str(self.shipped)))

    @property
    def is_long(self) -> bool:
        return self.most > LONG

    def find_faults(self, words: str) -> list[str]:
        """What is wrong with these words in place of the shipped ones, as sentences."""
        found, faults = set(PLACEHOLDER.findall(words)), []
        if missing := self.placeholders - found:
            told = gettext("{names} must stand in it: a fact is put there.")
            faults.append(told.format(names=in_braces(missing)))
        if unknown := found - self.placeholders:
            told = gettext("{names} is not known here: nothing would stand there.")
            faults.append(told.format(names=in_braces(unknown)))
        if BRACE.search(PLACEHOLDER.sub("", words)):
            faults.append(gettext("A single brace stands in it: braces are for facts that are put there."))
        if len(words) > self.most:
            told = gettext("It has {count} characters, and the design bears {most}.")
            faults.append(told.format(count=len(words), most=self.most))
        return faults


def in_braces(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


@dataclass(frozen=True)
class Place:
    """A page or a mail with the texts that stand in it."""

    slug: str
    title: Promise
    texts: tuple[Text, ...]
    address: str = ""
    """Of a page: where strangers see it."""
    view: str = ""
    """Of a page: the view that shows it, by its dotted name; views are imported after this."""
    template: str = ""
    """Of a mail, as accounts.mail.emails.build_email knows it."""
    sample: Callable[[], Mapping[str, Any]] = field(default=dict)
    """Of a mail: what its templates need, with invented values."""

    @cached_property
    def by_name(self) -> dict[str, Text]:
        return {text.name: text for text in self.texts}

    @property
    def is_mail(self) -> bool:
        return bool(self.template)


PLACES: dict[str, Place] = {}


def register(place: Place) -> Place:
    if place.slug in PLACES:
        raise ImproperlyConfigured(f"Two places of texts have the name “{place.slug}”.")
    PLACES[place.slug] = place
    return place


# --- What is shown ----------------------------------------------------------------------------------

Edited = Mapping[str, Mapping[str, str]]
"""By place, what staff wrote in place of the shipped words, by the names of the texts."""


def nothing() -> Edited:
    return {}


class Source:
    """Where published words come from; the project sets it."""

    read: Callable[[], Edited] = staticmethod(nothing)


_previewed: ContextVar[Edited | None] = ContextVar("previewed", default=None)


@contextmanager
def previewing(slug: str, words: Mapping[str, str]) -> Iterator[None]:
    """Within it these words stand in the place, whatever is published."""
    token = _previewed.set({**read_edited(), slug: words})
    try:
        yield
    finally:
        _previewed.reset(token)


def read_edited() -> Edited:
    """What staff wrote is in the language of the site; in another language the translated shipped words are shown."""
    if get_language() != settings.LANGUAGE_CODE:
        return {}
    previewed = _previewed.get()
    return Source.read() if previewed is None else previewed


def find_words(name: str, edited: Edited) -> str:
    """Of “place.text”. What no longer fits, because a release changed its placeholders, gives way to shipped words."""
    slug, _, key = name.partition(".")
    text = PLACES[slug].by_name[key]
    words = edited.get(slug, {}).get(key, "")
    if words and set(PLACEHOLDER.findall(words)) == text.placeholders:
        return words
    return str(text.shipped)
