import re
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from wagtail.blocks import StreamValue

from courses.writing.blocks import find_pictures

# The editor's own marks on paragraphs, headings and list items. In text and in attributes "<" is escaped.
EDITOR_KEY = re.compile(r'(<\w+) data-block-key="[^"]*"')


# A block as `render_lesson` writes it; blocks do not nest.
SECTION = re.compile(r'<section class="block (\w+)"[^>]*>(.*?)</section>', re.DOTALL)


ID = re.compile(r'\sid="([^"]+)"')
# Of the page around the text (templates/base.html, templates/courses/writing/_viewer.html).
PAGE_IDS = frozenset({"main", "viewer-title"})


class Rendering(NamedTuple):
    html: str
    image_ids: list[int]
    video_ids: list[int]
    question_ids: list[int]
    """In the order of the text."""


def render_lesson(*, body: StreamValue, lesson_id: int) -> Rendering:
    return render_blocks(body=body, owner=lesson_id, figures="figure")


def render_blocks(*, body: StreamValue, owner: int, figures: str) -> Rendering:
    """The HTML of blocks. Each stands in a section with its id, which is how a place in the text is remembered.

    `figures` names the address of a picture, by its owner (the key of the lesson or guide) and its own key.
    """
    parts = []
    context = {"lesson_id": owner, "owner": owner, "figures": figures}
    # A draft may still lack a picture.
    image_ids = {picture.pk for picture in find_pictures(body)}
    video_ids: set[int] = set()
    question_ids: dict[int, None] = {}
    for block in body:
        inner = block.render(context=context)
        # The id comes from the editor's form, as the browser sent it.
        section = '<section class="block {}" id="b-{}" data-block="{}">{}</section>'
        parts.append(format_html(section, block.block_type, block.id, block.id, inner))
        if block.block_type == "video" and block.value["video"]:
            video_ids.add(block.value["video"].pk)
        elif block.block_type == "question" and block.value:
            question_ids[block.value.pk] = None
    html = EDITOR_KEY.sub(r"\1", "\n".join(parts))
    # Every part is from format_html around a template's output; what the pattern takes out is a whole attribute.
    return Rendering(mark_safe(html), sorted(image_ids), sorted(video_ids), list(question_ids))  # noqa: S308


def find_ids(html: str) -> frozenset[str]:
    """What a link within the page can lead to."""
    return frozenset(ID.findall(html))


def split_blocks(html: str) -> list[tuple[str, str]]:
    """The blocks of a lesson's HTML: of each its kind, and what stands in it."""
    return [(kind, mark_safe(inner)) for kind, inner in SECTION.findall(html)]  # noqa: S308 - from render_lesson
