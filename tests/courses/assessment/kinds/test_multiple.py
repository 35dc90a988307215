import pytest
from django.http import QueryDict

from courses.assessment.errors import NoSuchChoice
from courses.assessment.kinds.multiple import Multiple
from courses.assessment.scoring import check_answer, is_right
from tests.courses.assessment.contents import MULTIPLE

KIND = Multiple()


@pytest.mark.parametrize(
    ("answer", "right"), [([1, 3], True), ([1], False), ([0, 1, 3], False), ([0, 2], False), ([0, 1, 2, 3], False)]
)
def test_multiple_is_right_when_exactly_the_right_ones_are_chosen(answer, right):
    check_answer(MULTIPLE, answer)
    assert is_right(MULTIPLE, answer) is right


@pytest.mark.parametrize("answer", [None, [], [4], [3, 1], [1, 1], [True], ["1"], 1, "13", [[1]], {"1": 1}])
def test_multiple_refuses_what_is_no_set_of_choices(answer):
    with pytest.raises(NoSuchChoice):
        check_answer(MULTIPLE, answer)
    assert is_right(MULTIPLE, answer) is False


def test_multiple_reads_choices_in_order_each_once():
    assert KIND.read_answer(QueryDict("choice=3&choice=1&choice=3")) == [1, 3]
    with pytest.raises(NoSuchChoice):
        KIND.read_answer(QueryDict("choice=1&choice=x"))
    assert KIND.get_given(QueryDict("choice=1&choice=77&choice=x&choice=100")) == [1, 77]


def test_multiple_can_be_emptied():
    assert (KIND.can_be_emptied, KIND.is_left_open(QueryDict("")), KIND.is_left_open(QueryDict("choice="))) == (
        True,
        True,
        True,
    )


def test_multiple_is_published_with_a_right_choice():
    assert KIND.find_wrong_marks([True, True]) == ""
    assert KIND.find_wrong_marks([False, False]) == "No choice is marked as correct. Mark every one that is."
    assert KIND.find_wrong_marks([True]) == "A question needs two choices or more."
