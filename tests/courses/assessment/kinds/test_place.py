from decimal import Decimal

import pytest
from django.http import QueryDict
from wagtail.images import get_image_model

from courses.assessment.errors import NoSuchChoice
from courses.assessment.kinds.place import Place
from courses.assessment.scoring import check_answer, is_right
from courses.models import Question, Region
from tests.courses.assessment.contents import PLACE

KIND = Place()


@pytest.mark.parametrize("answer", [[50, 40], [59.99, 40], [50, 45], [91.0, 90.5]])
def test_place_is_right_within_any_region(answer):
    check_answer(PLACE, answer)
    assert is_right(PLACE, answer) is True


@pytest.mark.parametrize("answer", [[61, 40], [58, 44], [0, 0], [100, 100]])
def test_place_is_wrong_outside_all_regions(answer):
    check_answer(PLACE, answer)
    assert is_right(PLACE, answer) is False


@pytest.mark.parametrize(
    "answer",
    [None, [50], [50, 40, 1], [-0.01, 5], [5, 100.01], [True, 5], ["50", "40"], "50,40", [float("nan"), 5]],
)
def test_place_refuses_what_is_no_place_on_the_picture(answer):
    with pytest.raises(NoSuchChoice):
        check_answer(PLACE, answer)
    assert is_right(PLACE, answer) is False


def test_place_reads_percent_and_cannot_be_emptied():
    assert KIND.read_answer(QueryDict("x=12.345&y=7")) == [12.35, 7.0]
    for sent in ("x=50", "x=50&y=100.5", "x=NaN&y=1", ""):
        with pytest.raises(NoSuchChoice):
            KIND.read_answer(QueryDict(sent))
    assert (KIND.is_left_open(QueryDict("x=&y=")), KIND.is_left_open(QueryDict("x=&y=5"))) == (True, False)
    assert KIND.can_be_emptied is False
    assert KIND.get_given(QueryDict("x=12.5&y=x")) == [Decimal("12.5"), ""]


def test_place_lacks_picture_words_and_rationale_until_they_are_given():
    question = Question(kind="place")
    assert set(KIND.find_missing(question)) == {"image", "regions"}
    assert set(KIND.find_unexplained(question)) == {"rationale"}
    question.regions.add(Region(x=1, y=1, rx=1, ry=1))
    assert "regions" not in KIND.find_missing(question)
    file = {"file": "original_images/field.webp", "width": 640, "height": 640}  # so that nobody reads it
    question.image = get_image_model()(title="field", collection_id=1, **file)
    assert KIND.find_missing(question) == {}


def test_place_is_read_from_a_file():
    read = KIND.read_entry({"regions": [{"x": 50, "y": 40.5, "rx": 10, "ry": "5"}]})
    assert read.fields == {}
    assert read.regions == [{"x": Decimal(50), "y": Decimal("40.5"), "rx": Decimal(10), "ry": Decimal(5)}]
