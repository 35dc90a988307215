"""A guide's HTML: its blocks, headings that can be pointed to, and room for what is only known when it is read."""

import re
from html import unescape
from typing import Any, NamedTuple

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from wagtail.blocks import StreamValue

from courses.search.passages import plain
from courses.writing.rendering import PAGE_IDS, find_ids, render_blocks

HEADING = re.compile(r"<h(?P<level>[23])(?: id=\"(?P<id>[^\"]*)\")?>(?P<words>.*?)</h(?P=level)>", re.DOTALL)
BLOCK_ID = re.compile(r'\sdata-block="[^"]*"')
# Of the templates: no block of a guide shows more than one of them at a time.
SPACES = re.compile(r"\s+")
# What the courses cost is not of the text: the page puts it here (templates/guides/blocks/call_to_action.html).
OFFER = "<!--offer-->"


class Rendering(NamedTuple):
    html: SafeString
    contents: list[tuple[str, str]]
    answers: list[tuple[str, str]]
    image_ids: list[int]

    @property
    def parts(self) -> list[SafeString]:
        return split_html(self.html)


def render_guide(*, body: StreamValue, guide_id: int) -> Rendering:
    drawn = render_blocks(body=body, owner=guide_id, figures="guides:figure")
    html, contents = name_headings(SPACES.sub(" ", str(drawn.html)))
    return Rendering(html, contents, [*read_answers(body)], drawn.image_ids)


def name_headings(html: str) -> tuple[SafeString, list[tuple[str, str]]]:
    """With an id in each heading of two levels; and those of the first level, for the table of contents."""
    taken = {*PAGE_IDS, *find_ids(HEADING.sub("", html))}
    contents: list[tuple[str, str]] = []

    def name(found: re.Match[str]) -> str:
        level, words = found["level"], unescape(strip_tags(found["words"])).strip()
        base = found["id"] or slugify(words) or "part"
        number, key = 1, base
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        if level == "2":
            contents.append((key, words))
        return f'<h{level} id="{key}">{found["words"]}</h{level}>'

    # A slug has letters, digits and hyphens alone; the rest is the blocks' own.
    return mark_safe(HEADING.sub(name, html)), contents  # noqa: S308


def read_answers(body: StreamValue) -> list[tuple[str, str]]:
    blocks: Any = [block.value["answers"] for block in body if block.block_type == "answers"]
    return [(one["question"], plain(one["answer"])) for answers in blocks for one in answers]


def split_html(html: str) -> list[SafeString]:
    """What stands before and after each offer."""
    return [mark_safe(part) for part in html.split(OFFER)]  # noqa: S308 - from render_guide
