import json
from typing import Any

from django import template

from core.durations import clock

register = template.Library()
register.filter(clock)


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute: autoescaping makes it safe there."""
    return json.dumps(value, separators=(",", ":"))
