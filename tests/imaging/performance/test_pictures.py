"""What is drawn of a reader's figures: places, parts and numbers."""

import pytest
from django.core.cache import caches

from imaging.models import Reading, Truth
from imaging.performance.calibration import draw_calibration
from imaging.performance.confusion import confuse
from imaging.performance.group import find_place, get_others
from imaging.performance.queries import get_performance
from imaging.performance.trend import draw_trend, size_of_block
from imaging.reading.queries import Reader
from imaging.scoring.calibration import calibrate
from imaging.scoring.cases import Claim
from imaging.scoring.performance import Shares
from imaging.scoring.shares import Share
from imaging.scoring.words import DISTRIBUTION_GROUPS, compare_words
from tests.conftest import make_user


def test_bar_of_a_word_has_a_part_for_each_sort_of_answer():
    pairs = [("linear", "linear")] * 4 + [("linear", "segmental")] * 2 + [("linear", "diffuse"), ("linear", "")]
    words = confuse("distribution", "Distribution", compare_words(pairs, DISTRIBUTION_GROUPS), DISTRIBUTION_GROUPS)
    (row,) = words.rows
    assert [(part.kind, part.count, part.x, part.width) for part in row.parts] == [
        ("right", 4, 0, 140),
        ("near", 2, 140, 70),
        ("far", 1, 210, 35),
        ("unsaid", 1, 245, 35),
    ]
    assert (row.name, row.n, row.right, row.instead) == ("Linear", 8, 4, "segmental 2, nothing said 1, diffuse 1")
    assert words.percent == 62  # 5 of 8


def test_of_many_other_words_three_are_named():
    pairs = [
        ("linear", word) for word, count in (("diffuse", 3), ("grouped", 2), ("regional", 2)) for _ in range(count)
    ]
    pairs += [("linear", "segmental"), ("linear", "")]
    words = confuse("d", "D", compare_words(pairs, DISTRIBUTION_GROUPS), DISTRIBUTION_GROUPS)
    assert words.rows[0].instead == "diffuse 3, grouped 2, regional 2, others 2"


def test_words_that_were_only_said_have_no_row():
    words = confuse("d", "D", compare_words([("linear", "diffuse")], DISTRIBUTION_GROUPS), DISTRIBUTION_GROUPS)
    assert [row.name for row in words.rows] == ["Linear"]


def test_calibration_stands_at_its_mean_confidence():
    found = draw_calibration(calibrate([Claim(90, True), Claim(100, False), Claim(10, False)]))
    last, first = found.steps[-1], found.steps[0]
    assert (last.n, last.confidence, last.percent, last.x, last.y) == (2, 95, 50, 228, 120)
    assert (first.n, first.percent, first.y) == (1, 0, 240)
    assert last.top < last.y < last.bottom
    assert (found.n, found.missing, len(found.drawn)) == (3, 17, 2)


@pytest.mark.parametrize(("cases", "block"), [(0, 20), (39, 20), (200, 20), (201, 40), (1000, 100)])
def test_blocks_grow_so_that_ten_are_enough(cases, block):
    assert size_of_block(cases) == block


def shares(cases: int, found: int, positive: int, left: int, negative: int) -> Shares:
    return Shares(cases, Share(found, positive), Share(left, negative), Share(found, positive))


def test_trend_has_whole_blocks_alone():
    trend = draw_trend([shares(20, 5, 10, 10, 10), shares(20, 0, 0, 15, 20), shares(7, 3, 3, 0, 4)], 20)
    sensitivity, specificity = trend.lines
    assert [(moment.x, moment.y) for moment in sensitivity.moments] == [(70, 55)]  # no case of this sort in the second
    assert [(moment.x, moment.y) for moment in specificity.moments] == [(70, 0), (210, 27.5)]
    assert [(block.first, block.last) for block in trend.blocks] == [(1, 20), (21, 40)]
    assert trend.missing == 0
    assert draw_trend([shares(20, 5, 10, 10, 10), shares(7, 3, 3, 0, 4)], 20).missing == 13


# --- The group ----------------------------------------------------------------------------------------


@pytest.fixture
def readings(make_study):
    """Writes 20 and 20 readings of a new reader who finds, and leaves alone, so many."""
    caches["pages"].clear()
    studies = [make_study("suspicious" if number % 2 else "normal") for number in range(40)]
    truths = {truth.study_id: truth for truth in Truth.objects.all()}

    def write(name: str, found: int, left: int):
        user = make_user(f"{name}@example.org")
        right = {True: found, False: left}
        for study in studies:
            truth = truths[study.pk]
            is_right = right[truth.recall] > 0
            right[truth.recall] -= 1
            recall = truth.recall if is_right else not truth.recall
            said = {"category": "0", "recall": recall, "locked_at": study.made_at, "is_first": True}
            Reading.objects.create(user=user, study=study, truth=truth, **said)
        return user

    return write


def test_nobody_is_placed_among_fewer_than_ten_others(readings):
    users = [readings(f"reader{number}", number, 20 - number) for number in range(10)]
    own = shares(40, 9, 20, 11, 20)
    few = find_place(Reader(users[-1]), own)
    assert (few.others, few.rows) == (9, [])
    caches["pages"].clear()
    readings("eleventh", 10, 10)
    placed = find_place(Reader(users[-1]), own)
    assert placed.others == 10
    # Of 0 to 8 and 10 of 20; the reader's own 9 is not among them.
    assert [row.quarters for row in placed.rows] == [[11, 22, 34], [66, 78, 89]]
    assert [row.percent for row in placed.rows] == [45, 55]
    assert placed.rows[0].x == 126


def test_others_are_measured_once_a_day(readings, django_assert_num_queries):
    readings("reader", 10, 10)
    with django_assert_num_queries(1):
        get_others()
    with django_assert_num_queries(0):
        assert list(get_others().readers.values()) == [(0.5, 0.5)]


def test_who_has_read_little_is_neither_placed_nor_counted(readings):
    user = readings("reader", 10, 10)
    assert find_place(Reader(user), shares(30, 10, 19, 5, 20)) is None
    Reading.objects.filter(truth__recall=True).first().delete()
    assert get_others().readers == {}


def test_many_readings_are_measured_once_until_one_more_counts(readings, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("imaging.performance.queries.KEPT_FROM", 40)
    reader = Reader(readings("reader", 10, 15))
    first = get_performance(reader)
    with django_assert_num_queries(1):
        assert get_performance(reader) == first
    assert (first.shares.sensitivity.count, first.shares.specificity.count) == (10, 15)
    Reading.objects.filter(truth__recall=True, recall=True).first().delete()
    monkeypatch.setattr("imaging.performance.queries.KEPT_FROM", 39)
    assert get_performance(reader).shares.sensitivity.count == 9


def test_more_readings_than_a_statement_may_name_are_read_in_parts(readings, monkeypatch):
    monkeypatch.setattr("imaging.performance.queries.AT_ONCE", 7)
    assert get_performance(Reader(readings("reader", 10, 15))).shares.cases == 40
