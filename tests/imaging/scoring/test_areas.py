"""Against published figures, fractions by hand, pair counting, rank sums and the area of the drawn curve."""

import random
from fractions import Fraction
from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.scoring.areas import (
    Diseased,
    Hidden,
    bootstrap_interval,
    compare,
    make_curve,
    measure_roc,
    measure_wafroc,
    roc_auc,
    wafroc,
)

EXACT = 1e-9
# Hanley and McNeil, Radiology 1982;143:29-36, table 1: ratings 1 to 5 of 58 normal and 51 abnormal CT images.
NORMAL = [rating for rating, n in enumerate((33, 6, 6, 11, 2), 1) for _ in range(n)]
ABNORMAL = [rating for rating, n in enumerate((3, 2, 2, 11, 33), 1) for _ in range(n)]


def count_pairs(normal, diseased):
    """In fractions: each finding of each case against each normal case."""
    total = Fraction(0)
    for low in normal:
        for case in diseased:
            for rating in case:
                won = Fraction(1) if rating > low else Fraction(1, 2) if rating == low else Fraction(0)
                total += won / len(case)
    return total / (len(normal) * len(diseased))


def sum_ranks(negative, positive):
    """Mann and Whitney: from the ranks of the positive among all, ties at their middle."""
    everything = sorted([*negative, *positive])
    middle = {value: Fraction(2 * everything.index(value) + 1 + everything.count(value), 2) for value in everything}
    ranks = sum(middle[value] for value in positive)
    n = len(positive)
    return (ranks - Fraction(n * (n + 1), 2)) / (n * len(negative))


def area_under(points):
    return sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in pairwise(points))


def diseased(cases):
    return [Diseased(tuple(case)) for case in cases]


def test_roc_area_and_interval_are_those_of_hanley_and_mcneil():
    """They print an area of 0.893 and a standard error of 0.032."""
    area = measure_roc(NORMAL, ABNORMAL)
    assert (area.positive, area.negative, area.hidden) == (51, 58, None)
    assert area.value == pytest.approx(float(sum_ranks(NORMAL, ABNORMAL)), abs=EXACT)
    assert round(area.value, 3) == 0.893
    low, high = area.interval
    assert low < 0.893 < high
    assert (high - low) / (2 * 1.96) == pytest.approx(0.032, rel=0.1)


def test_roc_points_are_those_of_hanley_and_mcneil():
    false, true = zip(*make_curve(NORMAL, diseased([rating] for rating in ABNORMAL)), strict=True)
    assert false == pytest.approx((0, 2 / 58, 13 / 58, 19 / 58, 25 / 58, 1), abs=EXACT)
    assert true == pytest.approx((0, 33 / 51, 44 / 51, 46 / 51, 48 / 51, 1), abs=EXACT)


def test_wafroc_is_that_of_chakraborty():
    """RJafrocFrocBook, Meanings of FROC figures of merit: 4, 2, 2.6 and 4 of 4 each, which is 12.6 of 16.

    (A later edition of the text prints other weights, and the same figure.)
    """
    normal = [-inf, 0.487, max(0.738, 0.576), -0.305]
    cases = [
        Diseased((0.852,)),
        Diseased((-0.215,)),
        Diseased((1.588, -inf), (0.6, 0.4)),
        Diseased((2.944, 1.984), (0.4, 0.6)),
    ]
    assert wafroc(normal, cases) == pytest.approx(0.7875, abs=EXACT)
    assert compare(normal, cases).sum(axis=0) == pytest.approx([4, 2, 2.6, 4], abs=EXACT)
    assert area_under(make_curve(normal, cases)) == pytest.approx(0.7875, abs=EXACT)


def test_wafroc_by_hand_with_equal_weights():
    """First case 1; second, against 3 and against no mark: half of 1 and 1, half of 0 and a half."""
    cases = [[5.0], [4.0, -inf]]
    by_hand = (Fraction(1) + (Fraction(1, 2) * 1 + Fraction(1, 2) * Fraction(1, 4))) / 2
    assert by_hand == Fraction(13, 16) == count_pairs([3.0, -inf], cases)
    assert wafroc([3.0, -inf], diseased(cases)) == pytest.approx(0.8125, abs=EXACT)


def test_curve_by_hand():
    """What was missed lies on the line from the last mark to the corner."""
    assert make_curve([3.0, -inf], diseased([[5.0], [4.0, -inf]])) == (
        (0.0, 0.0),
        (0.0, 0.5),
        (0.0, 0.75),
        (0.5, 0.75),
        (1.0, 1.0),
    )


@pytest.mark.parametrize(
    ("normal", "cases", "area"),
    [
        ([-inf] * 3, [[-inf]] * 3, 0.5),  # nobody marked anything
        ([50.0] * 3, [[50.0]] * 3, 0.5),  # all alike
        ([-inf] * 3, [[1.0], [2.0, 3.0]], 1),
        ([10.0], [[-inf, -inf]], 0),
    ],
)
def test_ends_of_the_scale(normal, cases, area):
    assert wafroc(normal, diseased(cases)) == area
    curve = make_curve(normal, diseased(cases))
    assert area_under(curve) == area
    assert (curve[0], curve[-1]) == ((0, 0), (1, 1))


ratings = st.one_of(st.just(-inf), st.integers(0, 100).map(float), st.floats(0, 100))
normals = st.lists(ratings, min_size=1, max_size=10)
many = st.lists(st.lists(ratings, min_size=1, max_size=4), min_size=1, max_size=10)


@given(normals, normals)
def test_roc_area_is_that_of_ranks_and_of_pairs(negative, positive):
    area = roc_auc(negative, positive)
    assert area == pytest.approx(float(sum_ranks(negative, positive)), abs=EXACT)
    assert area == pytest.approx(float(count_pairs(negative, [[rating] for rating in positive])), abs=EXACT)
    assert area + roc_auc(positive, negative) == pytest.approx(1, abs=EXACT)


@given(normals, many)
def test_wafroc_is_that_of_pairs_and_of_the_curve(normal, cases):
    area = wafroc(normal, diseased(cases))
    assert area == pytest.approx(float(count_pairs(normal, cases)), abs=EXACT)
    curve = make_curve(normal, diseased(cases))
    assert area_under(curve) == pytest.approx(area, abs=EXACT)
    assert list(curve) == sorted(curve) and [y for _, y in curve] == sorted(y for _, y in curve)


@given(normals, many)
def test_order_of_cases_changes_nothing(normal, cases):
    area = wafroc(normal, diseased(cases))
    assert wafroc(normal[::-1], diseased(case[::-1] for case in cases[::-1])) == pytest.approx(area, abs=EXACT)


def test_interval_is_that_of_cases_drawn_one_by_one():
    draw = random.Random(4)
    normal = [draw.choice([-inf, 20, 40, 60]) for _ in range(30)]
    cases = [[draw.choice([-inf, 40, 60, 80]) for _ in range(draw.choice([1, 1, 2]))] for _ in range(25)]
    areas = sorted(wafroc(draw.choices(normal, k=30), diseased(draw.choices(cases, k=25))) for _ in range(1000))
    low, high = measure_wafroc(normal, diseased(cases)).interval
    assert (low, high) == pytest.approx((areas[25], areas[974]), abs=0.02)


def test_interval_is_the_same_for_the_same_readings():
    wins = compare(NORMAL, diseased([rating] for rating in ABNORMAL))
    assert bootstrap_interval(wins) == bootstrap_interval(wins)
    assert bootstrap_interval(wins, seed=1) != bootstrap_interval(wins, seed=2)


@pytest.mark.parametrize(
    ("positive", "negative", "hidden"),
    [
        (0, 0, Hidden.FEW_POSITIVE),
        (19, 19, Hidden.FEW_POSITIVE),
        (19, 200, Hidden.FEW_POSITIVE),
        (200, 19, Hidden.FEW_NEGATIVE),
        (40, 0, Hidden.FEW_NEGATIVE),
    ],
)
def test_area_of_few_cases_is_hidden_with_the_reason(positive, negative, hidden):
    for area in (
        measure_roc([10.0] * negative, [20.0] * positive),
        measure_wafroc([10.0] * negative, diseased([[20.0, 30.0]] * positive)),
    ):
        assert (area.value, area.interval, area.curve, area.hidden) == (None, None, (), hidden)
        assert (area.positive, area.negative) == (positive, negative)


def test_area_is_shown_from_twenty_and_twenty():
    area = measure_roc([*[10.0] * 19, 30.0], [20.0] * 20)
    assert area.value == pytest.approx(0.95, abs=EXACT)
    assert area.interval[0] < 0.95 < area.interval[1] == 1
    assert area.curve == ((0, 0), (0.05, 0), (0.05, 1), (1, 1))


def test_perfect_reader_has_no_interval_without_width():
    area = measure_roc([10.0] * 20, [20.0] * 20)
    assert (area.value, area.interval) == (1, None)


@pytest.mark.parametrize("rating", [nan, inf])
def test_rating_that_is_no_number_is_refused(rating):
    for normal, cases in (([rating], [[1.0]]), ([1.0], [[1.0, rating]])):
        with pytest.raises(ValueError, match="not a number"):
            wafroc(normal, diseased(cases))
        with pytest.raises(ValueError, match="not a number"):
            make_curve(normal, diseased(cases))


def test_area_without_cases_of_either_sort_is_refused():
    for normal, positive in (([], [1.0]), ([1.0], []), ([], [])):
        with pytest.raises(ValueError, match="either sort"):
            roc_auc(normal, positive)


@pytest.mark.parametrize(
    ("values", "weights"), [((), ()), ((1.0,), (0.5, 0.5)), ((1.0, 2.0), (0.5, 0.6)), ((), (1.0,))]
)
def test_case_needs_findings_and_weights_that_sum_to_one(values, weights):
    with pytest.raises(ValueError, match="sum to 1"):
        Diseased(values, weights)
