"""Every kind of question against right, wrong and bad answers. No database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.asking import describe
from courses.assessment.errors import NoSuchChoice, NotANumber
from courses.assessment.scoring import check_answer, get_right_answer, is_right, read_number

CHOICES = [{"text": letter, "is_correct": letter in "BD", "rationale": f"Why {letter}"} for letter in "ABCD"]
BASE: dict[str, Any] = {"stem": "<p>?</p>", "references": ["Atlas"], "rationale": "Because of the edge", "question": 7}
SINGLE = {**BASE, "kind": "single", "choices": [{**choice, "is_correct": choice["text"] == "B"} for choice in CHOICES]}
MULTIPLE = {**BASE, "kind": "multiple", "choices": CHOICES}
NUMERIC = {**BASE, "kind": "numeric", "value": "0.6", "tolerance": "0.05", "unit": "mm"}
PLACE = {
    **BASE,
    "kind": "place",
    "image": {"id": 3, "width": 160, "height": 160, "alt": "A field"},
    "regions": [{"x": 50.0, "y": 40.0, "rx": 10.0, "ry": 5.0}, {"x": 90.0, "y": 90.0, "rx": 2.0, "ry": 2.0}],
}
# As it was frozen before there were kinds.
OLD: dict[str, Any] = {"stem": "<p>?</p>", "references": [], "choices": SINGLE["choices"]}
KINDS: dict[str, dict[str, Any]] = {
    "single": SINGLE,
    "multiple": MULTIPLE,
    "numeric": NUMERIC,
    "place": PLACE,
    "old": OLD,
}


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("single", 1),
        ("old", 1),
        ("multiple", [1, 3]),
        ("numeric", "0.6"),
        ("numeric", "0.55"),
        ("numeric", "0.65"),
        ("numeric", "+.6"),
        ("place", [50, 40]),
        ("place", [59.99, 40]),
        ("place", [50, 45]),
        ("place", [91.0, 90.5]),
    ],
)
def test_right(kind, answer):
    check_answer(KINDS[kind], answer)
    assert is_right(KINDS[kind], answer) is True


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("single", 0),
        ("old", 3),
        ("multiple", [1]),
        ("multiple", [0, 1, 3]),
        ("multiple", [0, 2]),
        ("numeric", "0.549999"),
        ("numeric", "0.650001"),
        ("numeric", "-0.6"),
        ("numeric", "6"),
        ("place", [61, 40]),
        ("place", [58, 44]),
        ("place", [0, 0]),
        ("place", [100, 100]),
    ],
)
def test_wrong(kind, answer):
    check_answer(KINDS[kind], answer)
    assert is_right(KINDS[kind], answer) is False


BAD: dict[str, list[Any]] = {
    "single": [None, -1, 4, 99, True, 1.0, "1", [1], {}, 10**400],
    "old": [4, [1], "1"],
    "multiple": [None, [], [4], [3, 1], [1, 1], [True], ["1"], 1, "13", [[1]], {"1": 1}],
    "numeric": [None, 0.6, 1, ["0.6"], "NaN", "inf", "1e400", "1e3", "", " ", "9" * 11, "0,6", "٣", "0x1", "1" * 5000],
    "place": [None, [50], [50, 40, 1], [-0.01, 5], [5, 100.01], [True, 5], ["50", "40"], "50,40", [float("nan"), 5]],
}


@pytest.mark.parametrize(("kind", "answer"), [(kind, answer) for kind, answers in BAD.items() for answer in answers])
def test_bad(kind, answer):
    with pytest.raises(NoSuchChoice):
        check_answer(KINDS[kind], answer)
    assert is_right(KINDS[kind], answer) is False


@pytest.mark.parametrize("kind", KINDS)
def test_right_answer_is_right(kind):
    assert is_right(KINDS[kind], get_right_answer(KINDS[kind])) is True


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


@given(answer=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4))
def test_nothing_that_can_be_sent_breaks_the_scoring(answer):
    for content in KINDS.values():
        try:
            check_answer(content, answer)
        except NoSuchChoice:
            assert is_right(content, answer) is False


@pytest.mark.parametrize("kind", KINDS)
def test_description_before_telling_depends_on_nothing_that_is_right(kind):
    content = KINDS[kind]
    other = {**content, "value": "7", "tolerance": "2", "regions": [], "rationale": "Other", "references": ["Other"]}
    other["choices"] = [
        {**choice, "is_correct": not choice["is_correct"], "rationale": "Other"}
        for choice in content.get("choices", [])
    ]
    if not content.get("choices"):
        del other["choices"]
    assert describe(content, None, is_told=False) == describe(other, None, is_told=False)
    told = describe(content, get_right_answer(content), is_told=True, prefix="a")
    assert (told.is_right, told.field, told.references) == (True, "a-", content["references"])
