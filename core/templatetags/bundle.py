"""The scripts and style sheets of a page, each with what it stands on.

In a release that is one file. Otherwise the page names every file: so a browser need not learn of one from the other,
and a kept lesson has them all (decision 27).
"""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.bundles import get_imports

register = template.Library()


@register.simple_tag
def script(name: str, *, hls: str = "") -> SafeString:
    """`hls` is what the player loads once a video is played."""
    tag = format_html('<script type="module" src="{}"{}></script>', static(name), _data("hls", hls))
    return _ahead('<link rel="modulepreload" href="{}">', name) + tag


@register.simple_tag
def style(name: str) -> SafeString:
    return _ahead('<link rel="preload" as="style" href="{}">', name) + format_html(
        '<link rel="stylesheet" href="{}">', static(name)
    )


def _data(name: str, value: str) -> SafeString:
    return format_html(' data-{}="{}"', name, static(value)) if value else SafeString()


def _ahead(tag: str, name: str) -> SafeString:
    if not settings.DEBUG:
        return SafeString()
    return format_html_join("", tag, ((static(other),) for other in get_imports(name)))
