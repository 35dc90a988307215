"""Checked by hand: at the ends the formula is short, and in the middle it is even to both sides."""

import pytest

from imaging.evidence.wilson import wilson_interval


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # z² = 3.8415; for 0 of 10 the interval is 0 to z²/(10+z²).
        (0, 10, 0, 3.841459 / 13.841459),
        (10, 10, 1 - 3.841459 / 13.841459, 1),
        # Middle and half width are 1/2 and z√(1/4n + z²/4n²)/(1 + z²/n) = 0.2634 for 5 of 10.
        (5, 10, 0.2366, 0.7634),
        (25, 356, 0.0480, 0.1016),
        (9, 36, 0.1375, 0.4107),
    ],
)
def test_wilson_interval_is_that_of_the_formula(k, n, low, high):
    assert wilson_interval(k / n, n) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize(("share", "n"), [(0.5, 0), (-0.1, 10), (1.1, 10)])
def test_wilson_interval_refuses_what_is_no_share(share, n):
    with pytest.raises(ValueError, match=str(share)):
        wilson_interval(share, n)
