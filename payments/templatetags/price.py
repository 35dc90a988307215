from django import template
from django.conf import settings

from payments.money import format_money, format_price

register = template.Library()


@register.simple_tag
def price() -> str:
    """What everything costs, once: "$79"."""
    return format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY)


@register.filter
def money(amount: int, currency: str) -> str:
    """Minor units as people read them: "$79.00"."""
    return format_money(amount, currency)
