from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def constant(name: str, **context: object) -> SafeString:
    """As `include`, for a template that knows nothing but what stands in the tag: each process renders it once.

    Values are compared by what they say, so they are texts, numbers and tuples of these, and never a model's row.
    """
    return render_to_string(name, context) if settings.DEBUG else _render_once(name, **context)


@lru_cache(maxsize=2_000)
def _render_once(name: str, **context: object) -> SafeString:
    return render_to_string(name, context)
