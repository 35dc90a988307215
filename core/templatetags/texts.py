"""`{% text "home.lede" %}`: the words that staff wrote, or else the shipped ones."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.texts import PLACEHOLDER, find_words, read_edited

register = template.Library()

READ = "edited-texts"


@register.simple_tag(takes_context=True)
def text(context: template.Context, name: str, **values: Any) -> str:
    """With a value for each placeholder. In HTML words and values are escaped; a link comes from the filter `link`."""
    memory = context.render_context
    edited = memory.get(READ)
    if edited is None:
        edited = memory[READ] = read_edited()
    words = find_words(name, edited)
    if not context.autoescape:
        return PLACEHOLDER.sub(lambda found: str(values[found[1]]), words)
    escaped = str(conditional_escape(words))
    return mark_safe(PLACEHOLDER.sub(lambda found: str(conditional_escape(values[found[1]])), escaped))  # noqa: S308


@register.filter
def link(row: Any) -> SafeString:
    """The title of a row, as a link to its page."""
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row.title)
