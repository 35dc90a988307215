from decimal import Decimal

import pytest

from payments.money import UNTAKEN, find_fault, format_money, format_price, to_minor_units, to_units


@pytest.mark.parametrize(
    "amount, currency, text",
    [
        (7900, "usd", "$79.00"),
        (0, "usd", "$0.00"),
        (5, "eur", "€0.05"),
        (123456789, "gbp", "£1,234,567.89"),
        (7900, "chf", "79.00 CHF"),
        (-7900, "usd", "-$79.00"),
        # The smallest unit of these is the only one.
        (7900, "jpy", "¥7,900"),
        (0, "jpy", "¥0"),
        (-1, "jpy", "-¥1"),
        (100000, "krw", "100,000 KRW"),
    ],
)
def test_format_money(amount, currency, text):
    assert format_money(amount, currency) == text


@pytest.mark.parametrize(
    "amount, currency, text",
    [(7900, "usd", "$79"), (7950, "usd", "$79.50"), (100000, "chf", "1,000 CHF"), (7900, "jpy", "¥7,900")],
)
def test_format_price(amount, currency, text):
    assert format_price(amount, currency) == text


@pytest.mark.parametrize(
    "amount, currency, units", [(1250, "usd", "12.50"), (5, "eur", "0.05"), (1250, "jpy", "1250"), (0, "usd", "0.00")]
)
def test_what_is_typed_and_what_is_kept(amount, currency, units):
    assert str(to_units(amount, currency)) == units
    assert to_minor_units(Decimal(units), currency) == amount


@pytest.mark.parametrize("units, currency", [("12.505", "usd"), ("12.5", "jpy"), ("NaN", "usd")])
def test_a_part_of_the_smallest_unit_is_no_amount(units, currency):
    with pytest.raises(ValueError, match="no whole number"):
        to_minor_units(Decimal(units), currency)


@pytest.mark.parametrize("currency", ["usd", "eur", "chf", "jpy", "krw", "huf", "twd"])
def test_currencies_that_are_taken(currency):
    assert find_fault(currency) == ""


@pytest.mark.parametrize("currency", [*sorted(UNTAKEN), "USD", "dollar", "us", "", "usd "])
def test_currencies_that_are_refused(currency):
    assert find_fault(currency).startswith("Set PRICE_CURRENCY to a currency")
