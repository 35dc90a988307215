from imaging.asking.services import ask_for_lateral
from imaging.own_data import Readings
from imaging.reading import services
from imaging.reading.queries import Reader
from imaging.reading.services import Description


def test_copy_tells_what_is_true_of_locked_readings_alone(study, learner_with_access, django_assert_num_queries):
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
    with django_assert_num_queries(3):
        (after,) = Readings().gather(learner_with_access)["readings"]
    assert (after["warranted_recall"], after["is_first"], after["marks"][0]["is_on_a_finding"]) == (True, True, True)
