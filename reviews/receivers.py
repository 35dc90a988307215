"""What follows in review from what was published or taken off (see courses/receivers.py)."""

from typing import Any

from wagtail.models import Revision
from wagtail.signals import published, unpublished

from reviews.registry import find_kind
from reviews.services.deciding import follow_published
from reviews.services.publishing import follow_unpublished


def connect() -> None:
    published.connect(see_published)
    unpublished.connect(see_unpublished)


def see_published(instance: Any, revision: Revision, **_: Any) -> None:
    if find_kind(instance):
        follow_published(instance, revision)


def see_unpublished(instance: Any, **_: Any) -> None:
    if find_kind(instance):
        follow_unpublished(instance)
