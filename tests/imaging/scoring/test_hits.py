from math import atan2, hypot, inf, nan, pi

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from imaging.scoring.geometry import distance_to
from imaging.scoring.hits import Outcome, judge_marks
from imaging.scoring.records import Finding, Region, View
from tests.imaging.scoring.readings import SQUARE, finding, mark, reading

BENIGN, HIT, OUTSIDE, REPEAT, UNSEEN = Outcome.BENIGN, Outcome.HIT, Outcome.OUTSIDE, Outcome.REPEAT, Outcome.UNSEEN


def outcomes(*marks, **fields):
    return [judged.outcome for judged in judge_marks(reading(*marks, **fields))]


@pytest.mark.parametrize(
    ("x", "y", "outcome"),
    [
        (150, 150, HIT),
        (200, 150, HIT),  # on the region's border
        (250, 150, HIT),  # on the border of the grown region: 50 pixels are 5 mm
        (250.001, 150, OUTSIDE),
        (230, 240, HIT),  # 30 and 40 from a corner are 50
        (231, 240, OUTSIDE),
        (50, 150, HIT),
        (49.9, 150, OUTSIDE),
        (150, 250, HIT),
        (150, 251, OUTSIDE),
    ],
)
def test_mark_hits_inside_the_region_grown_by_the_tolerance(x, y, outcome):
    assert outcomes(mark(x, y), findings=[finding()]) == [outcome]


def test_border_holds_where_rounding_would_break_it():
    """3 pixels of 0.1 mm are 0.30000000000000004 mm."""
    assert 3 * 0.1 > 0.3
    assert outcomes(mark(203, 150), findings=[finding()], tolerance_mm=0.3) == [HIT]


def test_tolerance_is_in_millimeters_of_the_view():
    views = (View("rcc", 0.05), View("rmlo", 0.2))
    marks = mark(300, 150, view="rcc"), mark(226, 150, view="rmlo")
    assert outcomes(*marks, findings=[finding()], views=views) == [HIT, OUTSIDE]


def test_without_tolerance_only_the_region_counts():
    marks = mark(200, 200), mark(200.01, 200)
    assert outcomes(*marks, findings=[finding()], tolerance_mm=0.0) == [HIT, OUTSIDE]


def test_what_is_benign_takes_no_mark_from_what_warrants_recall_however_near():
    """A mark on a group is right, whatever lies around it: a diffuse benign finding's hull is the whole breast."""
    hull = finding("round", recall=False, polygon=((0.0, 0.0), (900.0, 0.0), (900.0, 900.0), (0.0, 900.0)))
    marks = mark(150), mark(240), mark(251)
    assert outcomes(*marks, findings=[hull, finding()]) == [HIT, REPEAT, BENIGN]


def test_of_two_equally_near_the_first_wins():
    judged = judge_marks(reading(mark(), findings=[finding("first"), finding("second")]))
    assert judged[0].finding.key == "first"


def test_one_hit_a_finding_in_whatever_view_by_the_highest_confidence():
    marks = (
        mark(confidence=40, key="low"),
        mark(confidence=80, view="rmlo", key="high"),
        mark(confidence=80, key="same"),
    )
    judged = judge_marks(reading(*marks, findings=[finding()]))
    assert [one.outcome for one in judged] == [REPEAT, HIT, REPEAT]
    assert [one.is_non_lesion for one in judged] == [False, False, False]


def test_mark_in_the_other_breast_hits_nothing():
    assert outcomes(mark(view="lcc"), mark(view="lmlo"), findings=[finding()]) == [OUTSIDE, OUTSIDE]


def test_marks_on_what_needs_no_recall_and_outside_are_non_lesion_marks():
    judged = judge_marks(reading(mark(), mark(900, 900), findings=[finding(recall=False)]))
    assert [(one.outcome, one.is_non_lesion) for one in judged] == [(BENIGN, True), (OUTSIDE, True)]


def test_finding_that_no_view_shows_is_neither_for_nor_against():
    judged = judge_marks(reading(mark(), findings=[finding(visible=False)]))
    assert [(one.outcome, one.is_non_lesion) for one in judged] == [(UNSEEN, False)]


def test_finding_that_one_view_shows_is_hit_in_either():
    half = Finding("a", True, (Region("rcc", SQUARE, is_visible=False), Region("rmlo", SQUARE)))
    assert half.is_visible and half.counts
    assert outcomes(mark(view="rcc"), findings=[half]) == [HIT]


def test_what_no_view_shows_takes_no_mark_from_what_one_shows():
    shown = finding("shown", polygon=((230.0, 100.0), (260.0, 100.0), (260.0, 200.0), (230.0, 200.0)))
    judged = judge_marks(reading(mark(200), mark(120), findings=[finding("hidden", visible=False), shown]))
    assert [(one.outcome, one.finding.key) for one in judged] == [(HIT, "shown"), (UNSEEN, "hidden")]


def test_no_marks_and_no_findings():
    assert outcomes(findings=[finding()]) == []
    assert outcomes(mark()) == [OUTSIDE]


@pytest.mark.parametrize("confidence", [nan, inf, -inf, -0.1, 100.1])
def test_confidence_that_is_none_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence"):
        mark(confidence=confidence)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: mark(nan, 1), "needs a place"),
        (lambda: mark(1, inf), "needs a place"),
        (lambda: View("rcc", 0), "is no size"),
        (lambda: View("rcc", nan), "is no size"),
        (lambda: Region("rcc", ()), "needs points"),
        (lambda: Region("rcc", ((nan, 1),)), "needs points"),
        (lambda: reading(tolerance_mm=-1), "tolerance"),
        (lambda: reading(tolerance_mm=nan), "tolerance"),
        (lambda: reading(mark(view="rml")), "has no view rml"),
        (lambda: reading(findings=[finding(views=("mag",))]), "has no view mag"),
    ],
)
def test_what_cannot_be_scored_is_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_distance_to_a_point_and_to_a_line():
    assert distance_to(((3.0, 4.0),), 0, 0) == 5
    assert distance_to(((0.0, 4.0), (10.0, 4.0)), 5, 0) == 4
    assert distance_to(((1.0, 1.0), (1.0, 1.0), (1.0, 1.0)), 1, 3) == 2


def test_notch_of_a_region_is_outside():
    horseshoe = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (6.0, 9.0), (6.0, 3.0), (3.0, 3.0), (3.0, 9.0), (0.0, 9.0))
    assert distance_to(horseshoe, 4.5, 6) == 1.5
    assert distance_to(horseshoe, 4.5, 2) == 0
    assert distance_to(horseshoe, 7, 9) == 0


def measured(polygon, x, y):
    """Another way: inside by the turns around the point; outside by the height of a triangle, or a corner."""
    edges = list(zip(polygon, (*polygon[1:], polygon[0]), strict=True))
    turn = 0.0
    for (ax, ay), (bx, by) in edges:
        change = atan2(by - y, bx - x) - atan2(ay - y, ax - x)
        turn += (change + pi) % (2 * pi) - pi
    nearest = min(hypot(px - x, py - y) for px, py in polygon)
    for (ax, ay), (bx, by) in edges:
        a, b, c = hypot(ax - x, ay - y), hypot(bx - x, by - y), hypot(bx - ax, by - ay)
        if c and a * a + c * c >= b * b and b * b + c * c >= a * a:
            nearest = min(nearest, abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / c)
    return nearest, round(turn / (2 * pi)) % 2 == 1


numbers = st.integers(0, 40).map(float)


@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=9), numbers, numbers)
@example([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)], 5.0, 5.0)
def test_distance_is_that_of_another_calculation(polygon, x, y):
    nearest, inside = measured(polygon, x, y)
    if nearest < 1e-9:
        assert distance_to(tuple(polygon), x, y) < 1e-9
    else:
        assert distance_to(tuple(polygon), x, y) == pytest.approx(0 if inside else nearest, abs=1e-9)


@given(numbers, numbers, st.floats(0.01, 1), st.floats(0, 10))
def test_wider_tolerance_loses_no_hit(x, y, more, tolerance):
    assume(tolerance + more <= 20)
    place = mark(x * 10, y * 10)
    narrow = outcomes(place, findings=[finding()], tolerance_mm=tolerance)
    wide = outcomes(place, findings=[finding()], tolerance_mm=tolerance + more)
    assert wide == [HIT] or narrow == [OUTSIDE]
