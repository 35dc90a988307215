from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.drawing import spread


@given(groups=st.lists(st.integers(0, 8), max_size=60), count=st.integers(0, 40), seed=st.integers())
def test_draw_is_spread_over_its_groups(groups, count, seed):
    pool = list(enumerate(groups))
    drawn = spread(pool, count, key=lambda item: item[1], rng=Random(seed))
    assert len(drawn) == min(count, len(pool)) == len(set(drawn))
    have, taken = Counter(groups), Counter(group for _, group in drawn)
    if count >= len(have):
        assert set(taken) == set(have)
    # Nobody gives two more than another that still had one to give.
    fewest = min((taken[group] for group in have if taken[group] < have[group]), default=len(pool))
    assert all(number <= fewest + 1 for number in taken.values())


def test_draw_differs_from_time_to_time():
    pool = list(range(20))
    draws = {tuple(spread(pool, 5, key=lambda item: item % 4, rng=Random(seed))) for seed in range(20)}
    assert len(draws) == 20
