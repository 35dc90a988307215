"""A body of blocks as review reads it: each block is a part."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext
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
    show = SHOWN.get(block.block_type)
    html = show(block.value) if show else block.render(context=dict(context))
    begins = Truncator(to_words(str(html)).partition("\n")[0]).chars(LABEL)
    label = f"{block.block.label}: {begins}" if begins else str(block.block.label)
    key = f"block-{block.id}"
    part = make_part(key, label, mark_safe(EDITOR_KEY.sub(r"\1", html)), raw, is_fixed=block.block_type in FIXED)  # noqa: S308 - from the block's template
    return replace(part, is_film=block.block_type == "video")


def _show_question(question: Any) -> str:
    if question is None:
        return ""
    return format_html("<p><b>{}</b></p>{}", question.key, mark_safe(expand_db_html(question.stem)))  # noqa: S308 - the editor's subset


def _show_video(value: Any) -> str:
    """What is said in it; the player works on a learner's page."""
    video = value["video"]
    if video is None or not video.is_ready:
        return format_html("<p>{}</p>", video.obstacle if video else gettext("There is no video yet."))
    lines = format_html_join("", "<li>{} {}</li>", ((cue.clock, cue.text) for cue in video.cues))
    caption = mark_safe(expand_db_html(value["caption"].source))  # noqa: S308 - the editor's subset
    return format_html("<p><b>{}</b>, {}</p>{}<ol>{}</ol>", video.title, video.minutes, caption, lines)


# What a page asks for, or plays, only when somebody reads it.
SHOWN: dict[str, Callable[[Any], str]] = {"question": _show_question, "video": _show_video}
