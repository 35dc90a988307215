from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from cme.activities.formats import amount_of, format_credits
from cme.activities.models import CreditType

register = template.Library()
register.filter("credits", format_credits)


@register.filter
def amount(amount: Decimal, credit_type: CreditType) -> SafeString:
    """“1.25 AMA PRA Category 1 Credits™”, the trademark in italics as its owner wants it."""
    names = [credit_type.name, credit_type.plural] if credit_type.is_trademark else []
    return italicize(amount_of(amount, credit_type), names)


@register.filter
def italicize(text: str, phrases: Iterable[str]) -> SafeString:
    """The text, escaped, with each of the phrases marked; the longest first, as one may stand inside another."""
    for phrase in sorted(phrases, key=len, reverse=True):
        before, found, after = text.partition(phrase)
        if found:
            marked = format_html('<em class="trademark">{}</em>', found)
            return mark_safe(italicize(before, phrases) + marked + italicize(after, phrases))  # noqa: S308 - escaped
    return mark_safe(escape(text))  # noqa: S308 - escaped
