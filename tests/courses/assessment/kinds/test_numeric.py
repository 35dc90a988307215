from decimal import Decimal

import pytest
from django.http import QueryDict

from courses.assessment.errors import NotANumber
from courses.assessment.kinds.numeric import Numeric, read_number
from courses.assessment.scoring import check_answer, is_right
from courses.models import Question
from tests.courses.assessment.contents import NUMERIC

KIND = Numeric()


@pytest.mark.parametrize("answer", ["0.6", "0.55", "0.65", "+.6"])
def test_numeric_is_right_within_the_tolerance(answer):
    check_answer(NUMERIC, answer)
    assert is_right(NUMERIC, answer) is True


@pytest.mark.parametrize("answer", ["0.549999", "0.650001", "-0.6", "6"])
def test_numeric_is_wrong_beyond_the_tolerance(answer):
    check_answer(NUMERIC, answer)
    assert is_right(NUMERIC, answer) is False


@pytest.mark.parametrize(
    "answer",
    [None, 0.6, 1, ["0.6"], "NaN", "inf", "1e400", "1e3", "", " ", "9" * 11, "0,6", "٣", "0x1", "1" * 5000],
)
def test_numeric_refuses_what_is_no_number(answer):
    with pytest.raises(NotANumber):
        check_answer(NUMERIC, answer)
    assert is_right(NUMERIC, answer) is False


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,6", "0.6"), (" 0.60 ", "0.60"), ("-3", "-3"), ("\N{MINUS SIGN}3,5", "-3.5"), ("007", "7"), ("5.", "5")],
)
def test_number_as_people_write_it(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "a", "NaN", "Infinity", "1e400", "1.2.3", "1,2,3", "1 000", "9" * 5000, "0.1234567"]
)
def test_number_that_is_none(text):
    with pytest.raises(NotANumber, match="not a number"):
        read_number(text)


def test_numeric_reads_a_number_and_can_be_emptied():
    assert KIND.read_answer(QueryDict("value=0,6")) == "0.6"
    with pytest.raises(NotANumber):
        KIND.read_answer(QueryDict("value=x"))
    assert (KIND.is_left_open(QueryDict("value=+")), KIND.can_be_emptied) == (True, True)
    assert KIND.get_given(QueryDict(f"value={'x' * 50}")) == "x" * 40


def test_numeric_lacks_its_value_and_its_rationale_until_they_are_written():
    bare, whole = Question(kind="numeric"), Question(kind="numeric", value=Decimal(3), rationale="So.")
    assert (set(KIND.find_missing(bare)), set(KIND.find_unexplained(bare))) == ({"value"}, {"rationale"})
    assert (KIND.find_missing(whole), KIND.find_unexplained(whole)) == ({}, {})


def test_numeric_is_read_from_a_file():
    read = KIND.read_entry({"value": 0.6, "tolerance": "0.05"})
    assert (read.fields, read.choices, read.regions) == (
        {"value": Decimal("0.6"), "tolerance": Decimal("0.05"), "unit": ""},
        (),
        (),
    )
    with pytest.raises(KeyError, match="value"):
        KIND.read_entry({"tolerance": 0.6})
