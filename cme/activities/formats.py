"""How amounts of credit are written."""

from decimal import Decimal

from cme.activities.models import CreditType


def format_credits(amount: Decimal) -> str:
    """At least one decimal: 1.0, 0.5, 1.25."""
    return f"{amount:.2f}".removesuffix("0")


def amount_of(amount: Decimal, credit_type: CreditType) -> str:
    return f"{format_credits(amount)} {credit_type.unit(amount)}"
