from datetime import timedelta

import pytest

from core.retry import MOST_ATTEMPTS, describe, wait_after


@pytest.mark.parametrize(
    ("attempts", "wait"), [(0, 1), (1, 2), (2, 4), (8, 256), (9, 360), (16, 360), (99, 360), (32_767, 360)]
)
def test_wait_after_grows_up_to_six_hours(attempts, wait):
    assert wait_after(attempts) == timedelta(minutes=wait)


def test_all_attempts_span_two_days():
    assert sum(map(wait_after, range(MOST_ATTEMPTS)), timedelta()) == timedelta(hours=50, minutes=31)


def test_what_is_kept_of_a_failure_fits_its_column():
    assert describe(ValueError("no")) == "ValueError: no"
    assert len(describe(ValueError("x" * 5000))) == 2000
