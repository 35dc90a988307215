from datetime import date
from decimal import Decimal

import pytest

from courses.timing.method import (
    DIFFICULTIES,
    Load,
    add_up,
    ask_mergener,
    estimate_minutes,
    get_method,
    in_whole_minutes,
)


def test_the_method_is_data_with_a_source_and_a_date():
    method = get_method()
    assert (method.words_a_minute, method.minutes_an_item) == (Decimal(238), Decimal(1))
    assert method.checked_on == date(2026, 11, 28)
    assert all((method.words_source, method.items_source, method.mergener_source))
    assert 1 <= method.assumed_difficulty <= len(DIFFICULTIES) == 5


def test_words_then_items_then_video():
    # 2,380 / 238 = 10; 7 * 1 = 7; 90 / 60 = 1.5.
    assert estimate_minutes(Load(words=2380, items=7, video_seconds=90), get_method()) == Decimal("18.5")
    assert estimate_minutes(Load(), get_method()) == 0


def test_mergener_gives_what_aorn_calculated():
    """The example of its sheet on contact hours: 3,774 words, 16 questions, difficulty 2.5."""
    assert round(ask_mergener(Load(3774, 16), Decimal("2.5"), get_method()), 5) == Decimal("61.93589")


def test_mergener_knows_no_video_and_nothing_below_zero():
    method = get_method()
    # 0.9 * (-22.3 + 20.9 + 27.8 + 46.5) = 0.9 * 72.9 = 65.61, and two minutes of video.
    assert ask_mergener(Load(10_000, 10, 120), 3, method) == Decimal("67.61")
    assert ask_mergener(Load(), 1, method) == 0
    assert ask_mergener(Load(video_seconds=60), 1, method) == 1


@pytest.mark.parametrize(("minutes", "whole"), [("0.4", 0), ("8.49", 8), ("8.5", 9), ("9.5", 10)])
def test_whole_minutes_are_the_nearest(minutes, whole):
    assert in_whole_minutes(Decimal(minutes)) == whole


def test_loads_add_up():
    assert add_up([]) == Load()
    assert add_up([Load(1, 2, 3), Load(10, 20, 30)]) == Load(11, 22, 33)
