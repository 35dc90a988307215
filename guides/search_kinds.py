"""What of guides search finds, for everyone: their titles and each of their paragraphs."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.search.kinds import Page, Paragraph, ResultKind, register
from courses.search.passages import READERS
from guides.blocks import Words
from guides.models import Guide
from guides.queries import get_guides, get_list

# What a reference says stands in the text, too; and a call says nothing of the matter.
SILENT = ("references", "call_to_action")


def read(guide: Guide) -> Page:
    return Page(guide.slug, guide.title, guide.summary, list(read_paragraphs(guide)))


def read_paragraphs(guide: Guide) -> Iterator[Paragraph]:
    for block in guide.body:
        if block.block_type not in SILENT:
            for words in read_words(block):
                if any(words):
                    yield Paragraph(*words)._replace(block=str(block.id))


def read_words(block: Any) -> Iterator[Words]:
    """A block of a guide says itself what is found in it; those of lessons are read as there."""
    if hasattr(block.block, "read_words"):
        yield from block.block.read_words(block.value)
    elif block.block_type in READERS:
        yield from ((found.heading, found.text, found.alternative) for found in READERS[block.block_type](block.value))


@register
class Guides(ResultKind):
    name = "guide"
    label = _("Guide")
    group = "guides"
    group_label = _("In guides")

    def get_pages(self) -> Iterator[Page]:
        # Lists have no use for the text, and this reads it; the pictures of all are asked for at once.
        guides = list(get_guides().defer(None))
        block = Guide._meta.get_field("body").stream_block
        bodies = block.bulk_to_python([list(guide.body.raw_data) for guide in guides])
        for guide, body in zip(guides, bodies, strict=True):
            guide.body = body
            yield read(guide)

    def get_titles(self, user: User | AnonymousUser) -> dict[str, str]:
        return {guide.slug: guide.title for guide in get_list()}

    def get_url(self, address: str) -> str:
        return reverse("guides:guide", args=[address])
