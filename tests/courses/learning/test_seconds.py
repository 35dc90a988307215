import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.seconds import first_of, pack, required_of, to_bits, to_runs, unpack


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], []),
        ([(0, 3)], [(0, 3)]),
        ([(5, 7), (0, 3), (2, 5)], [(0, 7)]),
        ([(8, 99), (0, 1)], [(0, 1), (8, 10)]),
        ([(10, 20), (4, 4), (7, 2)], []),
    ],
    ids=["nothing", "one", "overlapping", "past the end", "empty"],
)
def test_runs_within_ten_seconds(runs, expected):
    assert to_runs(to_bits(runs, length=10)) == expected


@given(st.integers(0, 2**200), st.integers(0, 220))
def test_first_of_is_a_beginning_of_the_size_asked(bits, count):
    first = first_of(bits, count)
    assert first & ~bits == 0
    assert first.bit_count() == min(count, bits.bit_count())
    assert not first or bits & ~first == 0 or first.bit_length() <= (bits & ~first & -(bits & ~first)).bit_length()


@given(st.integers(0, 2**77 - 1))
def test_bits_survive_the_database(bits):
    assert unpack(pack(bits, length=77)) == bits


@pytest.mark.parametrize(("length", "required"), [(1, 1), (19, 19), (20, 19), (302, 287), (3600, 3420)])
def test_required_of(length, required):
    assert required_of(length) == required
