from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.scoring.areas import Hidden
from imaging.scoring.group import GroupPlace, place_in_group


def test_place_is_told_from_ten_others():
    others = [0.5, 0.6, 0.6, 0.7, 0.7, 0.7, 0.8, 0.8, 0.9, 1.0]
    place = place_in_group(0.7, others)
    assert (place.others, place.hidden) == (10, None)
    assert place.percentile == pytest.approx(45)  # three below and half of three
    assert place.quartiles == pytest.approx((0.625, 0.7, 0.8))


@pytest.mark.parametrize("n", [0, 1, 9])
def test_nothing_is_told_of_fewer(n):
    assert place_in_group(0.7, [0.5] * n) == GroupPlace(n, None, None, Hidden.FEW_OTHERS)


def test_ends_of_a_group():
    others = [float(n) for n in range(12)]
    assert [place_in_group(own, others).percentile for own in (-1.0, 12.0)] == [0, 100]
    assert place_in_group(3.0, [3.0] * 10).percentile == 50


@given(st.lists(st.integers(0, 20), min_size=10, max_size=30), st.integers(0, 20))
def test_percentile_is_that_of_counting(others, own):
    below, equal = sum(other < own for other in others), others.count(own)
    assert place_in_group(own, others).percentile == pytest.approx((200 * below + 100 * equal) / (2 * len(others)))


@pytest.mark.parametrize(("own", "others"), [(nan, [1.0] * 10), (inf, [1.0] * 10), (1.0, [*[1.0] * 9, nan])])
def test_figure_that_is_no_number_is_refused(own, others):
    with pytest.raises(ValueError, match="not a number"):
        place_in_group(own, others)
