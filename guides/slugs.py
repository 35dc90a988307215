"""Which slug a guide may have."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

# The parts of addresses under /guides/ that are no guide's.
RESERVED_SLUGS = frozenset({"aid", "feed", "figures"})


def find_faults_of_slug(guide: Any) -> Iterator[str]:
    if guide.slug in RESERVED_SLUGS:
        yield gettext("“{slug}” is an address of the list of guides itself. Choose another.").format(slug=guide.slug)
    other = type(guide).objects.filter(slug=guide.slug).exclude(pk=guide.pk).first()
    if other is not None:
        told = gettext("The guide “{other}” has the address “{slug}” already. Choose another.")
        yield told.format(other=other.title, slug=guide.slug)
