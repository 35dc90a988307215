"""What an attempt comes to."""

from decimal import ROUND_HALF_UP, Decimal


def get_score(correct: int, total: int) -> Decimal:
    """Percent right."""
    return (Decimal(100 * correct) / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
