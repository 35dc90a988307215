"""What follows from publishing a page (see courses/receivers.py)."""

from typing import Any

from wagtail.signals import published, unpublished

from courses.search import indexing
from escan.models import InformationPage, WordSet
from escan.search_kinds import Information, read
from escan.wording.services import follow_words


def connect() -> None:
    published.connect(follow_page, sender=InformationPage)
    for changed in (published, unpublished):
        changed.connect(follow_words, sender=WordSet)


def follow_page(instance: InformationPage, **_: Any) -> None:
    if instance.live:
        indexing.index_page(kind=Information.name, page=read(instance))
