from django import template
from django.conf import settings

from payments.money import format_price

register = template.Library()


@register.simple_tag
def price() -> str:
    """What everything costs, once: "$79"."""
    return format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY)
