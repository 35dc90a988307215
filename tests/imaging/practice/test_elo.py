from math import exp

import pytest

from imaging.practice.elo import EASIER, Rated, expect, meet
from scripts.judge_levels import simulate


def test_equals_meet_with_the_chance_of_a_coin():
    assert expect(0.7, 0.7) == 0.5
    assert expect(EASIER, 0) == pytest.approx(0.75, abs=1e-12)
    assert expect(2, 0) == pytest.approx(1 / (1 + exp(-2)), abs=1e-12)


def test_first_reading_moves_both_by_half_a_logit():
    assert meet(Rated(), Rated(), is_right=True) == (Rated(0.5, 1), Rated(-0.5, 1))
    assert meet(Rated(), Rated(), is_right=False) == (Rated(-0.5, 1), Rated(0.5, 1))


def test_step_falls_with_readings_and_never_below_a_tenth():
    assert [Rated(0, n).step for n in (0, 10, 90, 1000)] == [1, 0.5, pytest.approx(0.1), 0.1]


def test_what_was_expected_moves_little():
    strong, easy = meet(Rated(3), Rated(-3), is_right=True)
    assert strong.value - 3 == pytest.approx(1 - expect(3, -3), abs=1e-12)
    assert easy.value < -3


def test_150_readers_are_found_near_their_true_levels():
    """`make soak` reports it for more: 0.95 and 0.96 at 60 readings each, 0.97 at 100."""
    level, difficulty = simulate(1, studies=120, readings=60)
    assert level > 0.92
    assert difficulty > 0.92
