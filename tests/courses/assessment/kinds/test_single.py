import pytest
from django.http import QueryDict

from courses.assessment.errors import NoSuchChoice
from courses.assessment.kinds.single import Single
from courses.assessment.scoring import check_answer, is_right
from tests.courses.assessment.contents import OLD, SINGLE

KIND = Single()


@pytest.mark.parametrize("content", [SINGLE, OLD])
@pytest.mark.parametrize(("answer", "right"), [(0, False), (1, True), (3, False)])
def test_single_is_right_by_its_index(content, answer, right):
    check_answer(content, answer)
    assert is_right(content, answer) is right


@pytest.mark.parametrize("answer", [None, -1, 4, 99, True, 1.0, "1", [1], {}, 10**400])
def test_single_refuses_what_is_no_choice(answer):
    for content in (SINGLE, OLD):
        with pytest.raises(NoSuchChoice):
            check_answer(content, answer)
        assert is_right(content, answer) is False


def test_single_reads_one_choice_and_no_other():
    assert KIND.read_answer(QueryDict("choice=2")) == 2
    for sent in ("choice=x", "choice=", "choice=100", ""):
        with pytest.raises(NoSuchChoice):
            KIND.read_answer(QueryDict(sent))


@pytest.mark.parametrize(("sent", "is_open"), [("", True), ("choice=", False), ("choice=1", False)])
def test_single_empty_choice_is_a_mistake_and_not_left_open(sent, is_open):
    assert KIND.is_left_open(QueryDict(sent)) is is_open
    assert KIND.can_be_emptied is False


@pytest.mark.parametrize(
    ("are_correct", "told"),
    [
        ([True], "two choices or more"),
        ([False, False], "No choice is marked as correct. Mark exactly one."),
        ([True, True, False], "2 choices are marked as correct. Mark exactly one."),
    ],
)
def test_single_is_published_with_one_right_choice(are_correct, told):
    assert KIND.find_wrong_marks([False, True, False]) == ""
    assert told in KIND.find_wrong_marks(are_correct)
