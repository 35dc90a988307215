import pytest

from payments.money import format_money, format_price


@pytest.mark.parametrize(
    "amount, currency, text",
    [
        (7900, "usd", "$79.00"),
        (0, "usd", "$0.00"),
        (5, "eur", "€0.05"),
        (123456789, "gbp", "£1,234,567.89"),
        (7900, "chf", "79.00 CHF"),
    ],
)
def test_format_money(amount, currency, text):
    assert format_money(amount, currency) == text


@pytest.mark.parametrize(
    "amount, currency, text", [(7900, "usd", "$79"), (7950, "usd", "$79.50"), (100000, "chf", "1,000 CHF")]
)
def test_format_price(amount, currency, text):
    assert format_price(amount, currency) == text
