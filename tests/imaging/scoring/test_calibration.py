from math import nan

import pytest

from imaging.evidence.wilson import wilson_interval
from imaging.scoring.calibration import calibrate
from imaging.scoring.cases import Claim
from imaging.scoring.shares import Share


def test_claims_fall_into_bins_with_their_edges():
    claims = [Claim(confidence, confidence >= 50) for confidence in (0, 19.9, 20, 55, 59, 80, 100)]
    bins = calibrate(claims)
    assert [(one.low, one.high) for one in bins] == [(0, 20), (20, 40), (40, 60), (60, 80), (80, 100)]
    assert [one.right for one in bins] == [Share(0, 2), Share(0, 1), Share(2, 2), Share(0, 0), Share(2, 2)]
    assert [one.confidence for one in bins] == [9.95, 20, 57, None, 90]
    assert bins[2].right.interval == wilson_interval(1, 2)
    assert bins[3].right.interval is None


def test_no_claims_give_empty_bins():
    assert [one.right.n for one in calibrate([])] == [0] * 5


@pytest.mark.parametrize("confidence", [nan, -1, 101])
def test_confidence_outside_the_bins_is_refused(confidence):
    with pytest.raises(ValueError, match="outside"):
        calibrate([Claim(confidence, is_right=True)])
