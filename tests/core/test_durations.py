import pytest

from core.durations import clock


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (7, "0:07"), (52, "0:52"), (725, "12:05"), (3599, "59:59"), (3600, "1:00:00"), (3725, "1:02:05")],
)
def test_clock_is_as_a_player_shows_it(seconds, shown):
    assert clock(seconds) == shown
