"""Against sums by hand and against Python's own correlation, which knows nothing of these formulas."""

from math import sqrt
from random import Random
from statistics import correlation, mean, pstdev

import pytest

from courses.reports.kinds.questions import count_attempt
from courses.reports.statistics import (
    FEWEST_ANSWERS,
    AnswerSums,
    discrimination_of,
    interval_of,
    percent_of,
    point_biserial,
)
from imaging.scoring.shares import Share


def sum_up(answers: list[tuple[int, int]]) -> AnswerSums:
    return AnswerSums(
        n=len(answers),
        right=sum(x for x, _ in answers),
        rest=sum(y for _, y in answers),
        squares=sum(y * y for _, y in answers),
        both=sum(x * y for x, y in answers),
    )


def test_worked_by_hand():
    """Right with 800 and 600, wrong with 400 and 200: means 700 and 300, s² = 50,000, r = 400/√50,000 · ½ = 0.894…"""
    assert point_biserial(sum_up([(1, 800), (1, 600), (0, 400), (0, 200)])) == pytest.approx(0.8944271909999159)


@pytest.mark.parametrize("number", range(20))
def test_it_is_the_correlation_and_the_formula_of_means(number):
    rng = Random(number)
    answers = [(int(rng.random() < 0.7), rng.randrange(1001)) for _ in range(rng.randrange(10, 300))]
    xs, ys = zip(*answers, strict=True)
    r = point_biserial(sum_up(answers))
    assert r == pytest.approx(correlation(xs, ys), abs=1e-12)
    share = mean(xs)
    apart = mean(y for x, y in answers if x) - mean(y for x, y in answers if not x)
    assert r == pytest.approx(apart / pstdev(ys) * sqrt(share * (1 - share)), abs=1e-12)


def test_sums_of_attempts_are_those_of_a_correlation_with_the_rest():
    """The item itself is not in the score that it is held against."""
    rng = Random(4)
    sheets = [[rng.random() < 0.2 + 0.6 * skill for _ in range(8)] for skill in (rng.random() for _ in range(200))]
    sums: dict[int, AnswerSums] = {}
    for sheet in sheets:
        for question, counts in count_attempt([(number, mark, None, None) for number, mark in enumerate(sheet)]):
            so_far = sums.get(question, AnswerSums())
            sums[question] = AnswerSums(
                so_far.n + counts["n"],
                so_far.right + counts["right"],
                so_far.rest + counts["rest"],
                so_far.squares + counts["squares"],
                so_far.both + counts["both"],
            )
    for number in range(8):
        rest = [sum(sheet) - sheet[number] for sheet in sheets]
        expected = correlation([int(sheet[number]) for sheet in sheets], rest)
        assert point_biserial(sums[number]) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("answers", [[], [(1, 500)], [(1, 500), (1, 700)], [(1, 500), (0, 500)]])
def test_nothing_of_answers_that_are_alike(answers):
    assert point_biserial(sum_up(answers)) is None


def test_few_answers_tell_no_discrimination():
    answers = [(number % 2, 500 + 100 * (number % 2)) for number in range(FEWEST_ANSWERS)]
    assert discrimination_of(sum_up(answers)) == 1.0
    assert discrimination_of(sum_up(answers[1:])) is None


def test_interval_by_fisher():
    """z of 0.5 is 0.5493; n = 103: a half width of 0.196. tanh(0.3533) = 0.3393, tanh(0.7453) = 0.6323."""
    assert interval_of(0.5, 103) == pytest.approx((0.3393, 0.6323), abs=1e-4)
    assert (interval_of(0.5, 3), interval_of(1.0, 50)) == (None, None)


def test_rates_of_fewer_than_five_are_not_told():
    assert (percent_of(Share(3, 4)), percent_of(Share(4, 5)), percent_of(Share(0, 0))) == (None, 80, None)
