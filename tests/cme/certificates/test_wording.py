from datetime import date
from decimal import Decimal

import pytest

from cme.activities.formats import amount_of, format_credits
from cme.certificates.wording import from_snapshot, to_snapshot, trademarks
from cme.models import CreditType
from cme.templatetags.credit import amount, italicize
from core.dates import format_day
from tests.cme.certificates.test_rendering import fields_for

AMA = CreditType(name="AMA PRA Category 1 Credit™", plural="AMA PRA Category 1 Credits™", is_trademark=True)


@pytest.mark.parametrize(
    ("given", "shown"),
    [("1", "1.0"), ("1.00", "1.0"), ("0.5", "0.5"), ("1.25", "1.25"), ("10", "10.0"), ("100", "100.0")],
)
def test_format_credits_has_one_decimal_at_least(given, shown):
    assert format_credits(Decimal(given)) == shown


def test_amount_of_is_plural_above_one():
    assert amount_of(Decimal("0.75"), AMA) == "0.75 AMA PRA Category 1 Credit™"
    assert amount_of(Decimal("1"), AMA) == "1.0 AMA PRA Category 1 Credit™"
    assert amount_of(Decimal("1.25"), AMA) == "1.25 AMA PRA Category 1 Credits™"


def test_format_day_is_read_alike_everywhere():
    assert format_day(date(2026, 10, 4)) == "4 October 2026"


def test_trademarks_are_found_in_each_way_of_writing_them():
    assert trademarks([AMA]) == (
        "AMA PRA Category 1 Credit™",
        "AMA PRA Category 1 Credits™",
        "AMA PRA Category 1 Credit(s)™",
    )
    assert trademarks([CreditType(name="hour", plural="hours")]) == ()


def test_snapshot_comes_back_whole():
    fields = fields_for()
    assert from_snapshot(to_snapshot(fields)) == fields


def test_amount_marks_the_trademark():
    assert amount(Decimal("1.25"), AMA) == '1.25 <em class="trademark">AMA PRA Category 1 Credits™</em>'


def test_italicize_escapes_and_marks_every_occurrence():
    marked = italicize("<b> Credit™ & Credits™, Credit™", ["Credit™", "Credits™"])
    assert marked == (
        '&lt;b&gt; <em class="trademark">Credit™</em> &amp; <em class="trademark">Credits™</em>, '
        '<em class="trademark">Credit™</em>'
    )
