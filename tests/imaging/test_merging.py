from datetime import timedelta

import pytest
from django.utils import timezone

from imaging.merging import take_over
from imaging.models import Reading, Truth


def locked(user, study, *, ago: int) -> Reading:
    truth = Truth.objects.get(study=study)
    said = {"category": "1", "recall": False, "locked_at": timezone.now() - timedelta(days=ago)}
    return Reading.objects.create(user=user, study=study, truth=truth, is_first=True, **said)


@pytest.mark.parametrize("is_later", [True, False])
def test_every_reading_is_kept_and_the_earlier_first_one_counts(learner, other_learner, make_study, is_later):
    study, theirs_alone = make_study(), make_study("normal")
    mine, theirs = locked(learner, study, ago=2), locked(other_learner, study, ago=1 if is_later else 3)
    alone = locked(other_learner, theirs_alone, ago=9)
    begun = Reading.objects.create(user=other_learner, study=study)
    assert take_over(user=learner, other=other_learner) == {"readings": 3}
    first = {mine: is_later, theirs: not is_later, alone: True, begun: False}
    assert {reading: reading.is_first for reading in Reading.objects.filter(user=learner)} == first
    assert not Reading.objects.filter(user=other_learner).exists()
