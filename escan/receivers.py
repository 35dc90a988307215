"""What follows from publishing a page (see courses/receivers.py)."""

from typing import Any

from wagtail.signals import published

from courses.search import indexing
from escan.models import InformationPage


def connect() -> None:
    published.connect(follow_page, sender=InformationPage)


def follow_page(instance: InformationPage, **_: Any) -> None:
    if instance.live:
        indexing.index_page(slug=instance.slug, title=instance.title, summary=instance.summary, body=instance.body)
