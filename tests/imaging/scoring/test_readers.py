"""The area of several readers, against counting pairs one by one."""

from fractions import Fraction
from random import Random

import pytest

from imaging.scoring.areas import FEWEST_CASES, Hidden, measure_roc
from imaging.scoring.readers import measure_readers


def draw(random: Random, shift: float, count: int = 25) -> tuple[list[float], list[float]]:
    return [random.randint(0, 100) for _ in range(count)], [
        min(100, random.randint(0, 100) + shift) for _ in range(count)
    ]


def count_pairs(negative: list[float], positive: list[float]) -> Fraction:
    pairs = [(low, high) for low in negative for high in positive]
    wins = sum((Fraction((low < high) * 2 + (low == high), 2) for low, high in pairs), Fraction(0))
    return wins / (len(negative) * len(positive))


def test_value_is_the_mean_of_the_readers_own_areas():
    random = Random(3)
    ratings = [draw(random, shift) for shift in (0, 10, 40)]
    found = measure_readers(ratings)
    assert found.value == pytest.approx(float(sum(count_pairs(*each) for each in ratings) / 3), abs=1e-9)
    assert (found.readers, found.positive, found.negative) == (3, 25, 25)
    assert found.interval[0] < found.value < found.interval[1]
    assert measure_readers(ratings).interval == found.interval


def test_readers_who_differ_widen_the_interval():
    random = Random(4)
    one = draw(random, 20)
    turned = ([100 - rating for rating in one[0]], [100 - rating for rating in one[1]])
    alike, apart = measure_readers([one] * 6), measure_readers([one, turned] * 3)
    assert apart.value == pytest.approx(0.5)
    assert apart.interval[1] - apart.interval[0] > alike.interval[1] - alike.interval[0]
    # Alone a reader's value is the plain area.
    assert measure_readers([one]).value == measure_roc(*one).value


def test_hidden_with_few_images_and_without_readers():
    assert measure_readers([draw(Random(5), 0, FEWEST_CASES - 1)]).hidden == Hidden.FEW_POSITIVE
    assert measure_readers([]).hidden == Hidden.FEW_POSITIVE
    perfect = measure_readers([([0.0] * 20, [1.0] * 20)])
    assert (perfect.value, perfect.interval) == (1, None)


def test_readers_of_other_images_are_refused():
    with pytest.raises(ValueError, match="every reader rates every image"):
        measure_readers([([0.0] * 20, [1.0] * 20), ([0.0] * 21, [1.0] * 20)])
