"""Amounts as people read them. Everywhere else money is integer minor units."""

MINOR_UNITS = 100  # in one of every currency that we take
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}


def format_money(amount: int, currency: str) -> str:
    """$79.00, or 79.00 CHF. For currencies of a hundred minor units."""
    units, cents = divmod(abs(amount), MINOR_UNITS)
    number = f"{units:,}.{cents:02}"
    symbol = SYMBOLS.get(currency)
    sign = "-" if amount < 0 else ""
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"


def format_price(amount: int, currency: str) -> str:
    """A price in a headline: $79 rather than $79.00."""
    return format_money(amount, currency).replace(".00", "", 1)
