import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def clock(seconds: int) -> str:
    """0:52, 12:05 or 1:02:05."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: autoescaping makes it safe there."""
    return json.dumps(value, separators=(",", ":"))
