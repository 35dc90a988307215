"""Kinds of results that apps above add to search. Each app registers its own in a module `search_kinds`.

What lies below search is read directly.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

from accounts.models import User


class Paragraph(NamedTuple):
    """Words of a page, with the heading that they stand under."""

    heading: str
    text: str
    alternative: str = ""
    """What pictures show, for those who do not see them."""
    block: str = ""
    """The id of the block that they stand in, where the page has blocks."""


class Page(NamedTuple):
    """Something to be found by its title and by each of its paragraphs."""

    address: str
    """Names it within its kind."""
    title: str
    summary: str
    paragraphs: Iterable[Paragraph]


class ResultKind(ABC):
    name: str
    """Six letters at most: the kind of its passages."""
    label: str | Promise
    group: str
    group_label: str | Promise

    @abstractmethod
    def get_pages(self) -> Iterable[Page]:
        """All that is published, so that search can be made anew."""

    @abstractmethod
    def get_titles(self, user: User | AnonymousUser) -> dict[str, str]:
        """Of those that this reader may see, by address. This is the permission."""

    @abstractmethod
    def get_url(self, address: str) -> str: ...


KINDS: dict[str, ResultKind] = {}


def register(kind: type[ResultKind]) -> type[ResultKind]:
    KINDS[kind.name] = kind()
    return kind
