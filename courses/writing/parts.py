"""A body of blocks as review reads it: each block is a part."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

from courses.writing.rendering import EDITOR_KEY
from reviews.parts import Part, make_part, to_words

# What is never a small correction, however few words of it changed.
FIXED = {"references", "rates", "study", "video", "question", "call_it"}

# Letters of its first words, by which a block is named.
LABEL = 50


def show_lines(text: str) -> SafeString:
    """Plain words, with their lines."""
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped


def read_body(body: StreamValue, *, owner: int, figures: str) -> list[Part]:
    """`owner` and `figures` as in `render_blocks`."""
    context = {"lesson_id": owner, "owner": owner, "figures": figures}
    return [_read_block(block, context) for block in body]


def _read_block(block: Any, context: Mapping[str, Any]) -> Part:
    raw = json.loads(json.dumps(block.block.get_prep_value(block.value), cls=DjangoJSONEncoder))
    html = _show_question(block.value) if block.block_type == "question" else block.render(context=dict(context))
    begins = Truncator(to_words(str(html)).partition("\n")[0]).chars(LABEL)
    label = f"{block.block.label}: {begins}" if begins else str(block.block.label)
    key = f"block-{block.id}"
    return make_part(key, label, mark_safe(EDITOR_KEY.sub(r"\1", html)), raw, is_fixed=block.block_type in FIXED)  # noqa: S308 - from the block's template


def _show_question(question: Any) -> str:
    """A page asks for it only when somebody reads it."""
    if question is None:
        return ""
    return format_html("<p><b>{}</b></p>{}", question.key, mark_safe(expand_db_html(question.stem)))  # noqa: S308 - the editor's subset
