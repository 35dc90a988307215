"""How amounts of credit are written, and what a certificate says of them."""

from decimal import Decimal
from string import Template

from cme.activities.models import Activity, CreditType


def format_credits(amount: Decimal) -> str:
    """At least one decimal: 1.0, 0.5, 1.25."""
    return f"{amount:.2f}".removesuffix("0")


def amount_of(amount: Decimal, credit_type: CreditType) -> str:
    return f"{format_credits(amount)} {credit_type.unit(amount)}"


def write_award(activity: Activity, credit_type: CreditType, amount: Decimal) -> str:
    """As the certificate says it, in the words of the type."""
    types = [each for each in activity.credit_types.all() if each.professions]
    return Template(credit_type.wording).substitute(
        credits=format_credits(amount),
        unit=credit_type.unit(amount),
        designated=" or ".join(amount_of(activity.max_credits, each) for each in types),
    )
