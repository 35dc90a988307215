from imaging.asking.services import ask_for_lateral
from imaging.models import Panel, PanelAnswer, PanelImage
from imaging.own_data import PanelAnswers, Readings, TestSets
from imaging.practice.services import begin_run
from imaging.reading import services
from imaging.reading.queries import Reader
from imaging.reading.services import Description
from imaging.testsets import services as services_of_sets
from tests.imaging.testsets.conftest import begin, lock_all, write_set


def test_copy_tells_what_is_true_of_locked_readings_alone(study, learner_with_access, django_assert_num_queries):
    begin_run(user=learner_with_access, aim="")
    reading = services.start_reading(reader=Reader(learner_with_access))
    services.put_mark(reading=reading, view="lcc", x=160, y=190, description=Description(80, "rim", "grouped"))
    ask_for_lateral(reading=reading, side="L")
    services.answer_reading(reading=reading, category="4B", recall=True)
    (before,) = Readings().gather(learner_with_access)["readings"]
    assert (before["category"], before["recall"], before["locked_at"]) == ("4B", True, None)
    assert set(before) & {"warranted_recall", "is_first"} == set()
    assert before["marks"][0]["morphology"] == "rim"
    assert "is_on_a_finding" not in before["marks"][0]
    assert [each["view"] for each in before["additional_views"]] == ["L ML"]
    services.lock_reading(reading=reading)
    with django_assert_num_queries(9):
        (after,) = Readings().gather(learner_with_access)["readings"]
    assert (after["warranted_recall"], after["is_first"], after["marks"][0]["is_on_a_finding"]) == (True, True, True)


def test_copy_tells_of_a_test_set_only_what_its_reader_was_told(learner_with_access, django_assert_num_queries):
    test_set = write_set()
    attempt = begin(learner_with_access, test_set)
    lock_all(attempt)
    services_of_sets.give_consent(user=learner_with_access, test_set=test_set)
    readings = Readings().gather(learner_with_access)["readings"]
    assert [each["locked_at"] is None for each in readings] == [False] * 4
    assert not any("warranted_recall" in each for each in readings)
    with django_assert_num_queries(2):
        copy = TestSets().gather(learner_with_access)
    assert [each["test_set"] for each in copy["consents"]] == ["Four cases"]
    assert (copy["attempts"][0]["handed_in_at"], "recalled" in copy["attempts"][0]) == (None, False)
    services_of_sets.hand_in(attempt=attempt)
    told = TestSets().gather(learner_with_access)["attempts"][0]
    assert (told["recalled"], told["positive"], told["is_passed"]) == (2, 2, True)
    assert all("warranted_recall" in each for each in Readings().gather(learner_with_access)["readings"])


def test_copy_tells_answers_to_a_panel_and_not_what_images_are(learner, study):
    image = PanelImage.objects.create(panel=Panel.objects.create(), view=study.views.first(), is_real=False)
    PanelAnswer.objects.create(image=image, user=learner, says_real=True, confidence=70, because="Noise.")
    (answer,) = PanelAnswers().gather(learner)["answers"]
    assert (answer["says_real"], answer["confidence"], answer["because"]) == (True, 70, "Noise.")
    assert not any("is_real" in key for key in answer)
