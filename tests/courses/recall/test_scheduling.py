"""Whatever the order of answers: the next day is later, and the memory is one that FSRS may have."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.recall.scheduling import LEARNED_WELL, Memory, rate, remember

DAY = date(2026, 3, 1)


def test_rating_follows_from_right_and_sure():
    assert [rate(is_right=right, is_unsure=unsure) for right in (False, True) for unsure in (False, True)] == [
        *(1, 1, 3, 2)
    ]


def test_missed_question_comes_tomorrow_and_then_later_and_later():
    memory, days = remember(None, rating=1, day=DAY), []
    while not memory.is_learned_well:
        days.append((memory.due_on - memory.rated_on).days)
        memory = remember(memory, rating=3, day=memory.due_on)
    assert days == [1, 2, 6, 17, 44, 102]


def test_unsure_is_never_learned_well():
    memory = Memory(stability=500, difficulty=5, rating=3, rated_on=DAY, due_on=DAY + timedelta(days=180))
    assert memory.is_learned_well
    later = remember(memory, rating=2, day=memory.due_on)
    assert later.stability > LEARNED_WELL
    assert not later.is_learned_well
    assert later.due_on - later.rated_on == timedelta(days=LEARNED_WELL)


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(-3, 400)), max_size=30))
def test_any_order_of_answers(answers):
    memory = remember(None, rating=1, day=DAY)
    for rating, wait in answers:
        before, day = memory, memory.due_on + timedelta(days=wait)
        memory = remember(before, rating=rating, day=day)
        assert memory.rated_on == max(day, before.rated_on)
        assert 1 <= (memory.due_on - memory.rated_on).days <= LEARNED_WELL
        assert memory.stability > 0
        assert 1 <= memory.difficulty <= 10
        if rating == 3:
            assert memory.stability >= before.stability
