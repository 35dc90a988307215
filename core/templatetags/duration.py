import json
import re
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from core.durations import clock

register = template.Library()
register.filter(clock)

PARAGRAPH = re.compile(r"<(/?)p\b[^>]*>")


@register.filter
def phrasing(html: SafeString) -> SafeString:
    """Paragraphs of the fixed subset as spans, for a place that takes no blocks, such as a legend."""
    return mark_safe(PARAGRAPH.sub(r"<\1span>", html).replace("<span>", '<span class="par">'))  # noqa: S308


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: autoescaping makes it safe there."""
    return json.dumps(value, separators=(",", ":"))
