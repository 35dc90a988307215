import pytest

from imaging.scoring.shares import Share, share_of


def test_share_has_the_interval_of_wilson():
    """18 of 20 alone says 0.70 to 0.97."""
    share = Share(18, 20)
    assert share.value == 0.9
    assert [round(bound, 2) for bound in share.interval] == [0.70, 0.97]


def test_share_of_none_has_no_value():
    assert (share_of([]).value, share_of([]).interval, share_of([])) == (None, None, Share(0, 0))


def test_share_counts_what_is_true():
    assert share_of([True, False, True]) == Share(2, 3)


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 2), (1, 0)])
def test_what_is_no_share_is_refused(count, n):
    with pytest.raises(ValueError, match="no share"):
        Share(count, n)
