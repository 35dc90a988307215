"""What follows from publishing a page (see courses/receivers.py)."""

from typing import Any

from wagtail.signals import published

from courses.search import indexing
from escan.models import InformationPage
from escan.search_kinds import Information, read


def connect() -> None:
    published.connect(follow_page, sender=InformationPage)


def follow_page(instance: InformationPage, **_: Any) -> None:
    if instance.live:
        indexing.index_page(kind=Information.name, page=read(instance))
