from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from payments.money import format_money, format_price
from payments.queries.waiting import Waiting, get_waiting

register = template.Library()


@register.simple_tag
def price() -> str:
    """What everything costs, once: "$79"."""
    return format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY)


@register.filter
def money(amount: int, currency: str) -> str:
    """Minor units as people read them: "$79.00"."""
    return format_money(amount, currency)


@register.simple_tag
def waiting_for(user: User | AnonymousUser) -> Waiting | None:
    """What makes paying needless for somebody without access; for a stranger nothing is known."""
    return get_waiting(user) if user.is_authenticated else None
