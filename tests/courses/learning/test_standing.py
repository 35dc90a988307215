import pytest

from courses.learning.standing import Standing


@pytest.mark.parametrize(
    ("published", "required", "completed", "before", "is_completed", "expected"),
    [
        # has_no_lesson_left, is_post_test_open, awaits_post_test, percent
        (3, 2, 0, False, False, (False, False, False, 0)),
        (3, 2, 1, False, False, (False, False, False, 50)),
        (3, 3, 2, False, False, (False, False, False, 66)),
        (3, 2, 2, False, False, (True, True, True, 100)),
        # None is required.
        (3, 0, 0, False, False, (True, True, True, 100)),
        # Lessons came later.
        (3, 3, 1, True, False, (True, True, True, 100)),
        # No lesson is published.
        (0, 0, 0, False, False, (False, False, False, 0)),
        (0, 0, 0, True, False, (False, False, False, 0)),
        # The course is completed.
        (3, 3, 3, True, True, (True, True, False, 100)),
        (3, 3, 1, False, True, (False, True, False, 100)),
        (0, 0, 0, False, True, (False, True, False, 100)),
    ],
)
def test_standing_decides_whether_the_post_test_is_open(published, required, completed, before, is_completed, expected):
    found = Standing(published, required, completed, before, is_completed)
    assert (found.has_no_lesson_left, found.is_post_test_open, found.awaits_post_test, found.percent) == expected


@pytest.mark.parametrize(("completed", "reached", "percent"), [(1, 50, 50), (2, 50, 66), (0, 0, 0), (3, 50, 100)])
def test_percent_is_what_was_reached_or_the_higher(completed, reached, percent):
    assert Standing(3, 3, completed, False, False, percent_reached=reached).percent == percent
