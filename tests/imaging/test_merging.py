from datetime import timedelta

import pytest
from django.utils import timezone

from imaging.merging import take_over
from imaging.models import Panel, PanelAnswer, PanelImage, Reading, SetAttempt, SetConsent, Truth
from imaging.reading.services import answer_reading, lock_reading
from imaging.testsets import services
from tests.imaging.testsets.conftest import begin, write_set


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
    assert take_over(user=learner, other=other_learner) == {"readings": 3, "set_attempts": 0, "panel_answers": 0}
    first = {mine: is_later, theirs: not is_later, alone: True, begun: False}
    assert {reading: reading.is_first for reading in Reading.objects.filter(user=learner)} == first
    assert not Reading.objects.filter(user=other_learner).exists()


def test_of_two_open_attempts_the_one_with_more_locked_cases_goes_on(learner_with_access, other_learner, make_study):
    test_set = write_set()
    mine, theirs = begin(learner_with_access, test_set), begin(other_learner, test_set)
    first = theirs.readings.order_by("pk").first()
    answer_reading(reading=first, category="1", recall=False)
    lock_reading(reading=first)
    services.give_consent(user=other_learner, test_set=test_set)
    take_over(user=learner_with_access, other=other_learner)
    assert list(SetAttempt.objects.filter(user=learner_with_access)) == [theirs]
    assert not Reading.objects.filter(attempt=mine.pk).exists()
    assert not SetConsent.objects.filter(user=learner_with_access).exists()
    assert Reading.objects.filter(user=learner_with_access, attempt=theirs).count() == 4


def test_answers_to_a_panel_are_taken_over_once(learner, other_learner, study):
    panel = Panel.objects.create()
    images = [PanelImage.objects.create(panel=panel, view=view, is_real=False) for view in study.views.all()[:2]]
    said = {"confidence": 60, "because": "Noise."}
    PanelAnswer.objects.create(image=images[0], user=learner, says_real=True, **said)
    for image in images:
        PanelAnswer.objects.create(image=image, user=other_learner, says_real=False, **said)
    assert take_over(user=learner, other=other_learner)["panel_answers"] == 1
    assert list(learner.panel_answers.order_by("image").values_list("says_real", flat=True)) == [True, False]
