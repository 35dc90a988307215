"""Amounts as people read and type them. Everywhere else money is integer minor units."""

import re
from decimal import Decimal

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
# Stripe's zero-decimal currencies, as we know them; compare with Stripe's page on currencies before a new one is used.
WHOLE = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
# Three decimals, of which Stripe takes two; and whole ones that Stripe writes with two. Nobody asked for them yet.
UNTAKEN = frozenset(["bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd", "isk", "ugx"])


def decimals_of(currency: str) -> int:
    return 0 if currency in WHOLE else 2


def to_units(amount: int, currency: str) -> Decimal:
    """7900 US cents as 79.00, and 7900 yen as 7900."""
    return Decimal(amount).scaleb(-decimals_of(currency))


def to_minor_units(units: Decimal, currency: str) -> int:
    """12.50 dollars as 1250. Raises ValueError for a part of the smallest unit."""
    amount = units.scaleb(decimals_of(currency))
    if amount != amount.to_integral_value():
        raise ValueError(f"{units} {currency} is no whole number of its smallest unit.")
    return int(amount)


def format_money(amount: int, currency: str) -> str:
    """$79.00, 79.00 CHF, or ¥7,900."""
    number = f"{abs(to_units(amount, currency)):,}"
    symbol = SYMBOLS.get(currency)
    sign = "-" if amount < 0 else ""
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"


def format_price(amount: int, currency: str) -> str:
    """A price in a headline: $79 rather than $79.00."""
    return format_money(amount, currency).replace(".00", "", 1)


def find_fault(currency: str) -> str:
    """Why no price can be asked in it, as a sentence that says what to set; empty where one can."""
    if not re.fullmatch("[a-z]{3}", currency):
        return f"Set PRICE_CURRENCY to a currency's three small letters, as in usd: {currency!r} is none."
    if currency in UNTAKEN:
        return (
            f"Set PRICE_CURRENCY to a currency of two decimals or of none, as in usd or jpy: {currency} has three, or "
            "is written with decimals that it does not have, and our pages would name a wrong price."
        )
    return ""
