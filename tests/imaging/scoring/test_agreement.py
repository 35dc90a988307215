import pytest

from imaging.scoring.agreement import ENOUGH_STUDIES, match_findings, measure_kappa, measure_pair
from imaging.scoring.records import Finding, Region

SIZES = {"lcc": 0.5, "lmlo": 0.5, "rcc": 0.1}


def square(left, top, width=10.0):
    right, bottom = left + width, top + width
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def finding(key, *, recall=True, morphology="amorphous", distribution="grouped", **regions):
    return Finding(
        key, recall, tuple(Region(view, polygon) for view, polygon in regions.items()), morphology, distribution
    )


def test_dice_by_hand():
    """Half of each in the CC: 2·50/(100+100). In the MLO one of the two drew alone. Together 2·50/(100+100+100)."""
    pair = measure_pair(finding("1", lcc=square(0, 0), lmlo=square(0, 0)), finding("a", lcc=square(5, 0)), SIZES)
    assert pair.dice_by_view == pytest.approx({"lcc": 0.5, "lmlo": 0})
    assert pair.dice == pytest.approx(1 / 3)


def test_views_count_by_their_millimeters():
    """A view of finer pixels does not outweigh the other: 0.25·(50 shared of 200) and 0.01·(0 of 400)."""
    one = finding("1", lcc=square(0, 0), rcc=square(0, 0, 20))
    other = finding("a", lcc=square(5, 0))
    assert measure_pair(one, other, SIZES).dice == pytest.approx(2 * 12.5 / (50 + 4))


def test_what_overlaps_most_is_the_same_thing():
    first = [finding("1", lcc=square(0, 0)), finding("2", lcc=square(30, 0)), finding("3", lcc=square(200, 0))]
    second = [finding("a", lcc=square(28, 0)), finding("b", lcc=square(4, 0)), finding("c", lcc=square(100, 100))]
    matched = match_findings(first, second, SIZES)
    assert [(pair.first.key, pair.second.key) for pair in matched.pairs] == [("1", "b"), ("2", "a")]
    assert [one.key for one in matched.only_first] == ["3"]
    assert [one.key for one in matched.only_second] == ["c"]
    assert [pair.dice for pair in matched.pairs] == pytest.approx([0.6, 0.8])


def test_finding_is_in_one_pair():
    """Two experts' halves of one: the larger overlap wins."""
    halves = [finding("a", lcc=square(0, 0)), finding("b", lcc=square(1, 0))]
    matched = match_findings([finding("1", lcc=square(1, 0))], halves, SIZES)
    assert [pair.second.key for pair in matched.pairs] == ["b"]
    assert [one.key for one in matched.only_second] == ["a"]


def test_words_and_recall_are_compared():
    one = finding("1", lcc=square(0, 0))
    other = finding("a", lcc=square(0, 0), recall=False, morphology="round")
    pair = measure_pair(one, other, SIZES)
    assert (pair.is_same_form, pair.is_same_distribution, pair.is_same_recall) == (False, True, False)


def test_kappa_of_a_published_table():
    """Fifty grant proposals, a common worked example: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; kappa is 0.40."""
    answers = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    kappa = measure_kappa(answers)
    assert (kappa.n, kappa.agreed) == (50, 35)
    assert kappa.value == pytest.approx(0.4)


def test_kappa_by_the_formula_of_four_cells():
    """For two answers kappa is 2(ad-bc)/((a+b)(b+d)+(a+c)(c+d))."""
    a, b, c, d = 11, 3, 7, 19
    answers = [(True, True)] * a + [(True, False)] * b + [(False, True)] * c + [(False, False)] * d
    expected = 2 * (a * d - b * c) / ((a + b) * (b + d) + (a + c) * (c + d))
    assert measure_kappa(answers).value == pytest.approx(expected, abs=1e-12)


def test_kappa_is_hidden_where_it_says_nothing():
    few = [(True, True), (False, True)] * ((ENOUGH_STUDIES - 1) // 2)
    assert measure_kappa(few).value is None
    assert measure_kappa([(True, True)] * 40).value is None
    assert measure_kappa([]).value is None
    assert measure_kappa([]).n == 0
