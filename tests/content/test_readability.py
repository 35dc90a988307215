"""What guides say to patients can be read by whoever left school after the eighth grade."""

import re

import pytest

from tests.content.readability import count_syllables, get_grade, split_sentences
from tests.escan.loader.test_content import REAL

HARDEST = 8
PATIENTS = re.compile(r"^::: *patients\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
PARTS = [
    pytest.param(part, id=f"{path.stem}-{place}")
    for path in sorted(REAL.glob("guides/*.md"))
    for place, part in enumerate(PATIENTS.findall(path.read_text(encoding="utf-8")))
]


def test_a_guide_speaks_to_patients():
    assert PARTS


@pytest.mark.parametrize("part", PARTS)
def test_part_for_patients_is_read_after_eight_years_of_school(part):
    """As a whole, and each section, so that no hard one hides among easy ones."""
    sections = re.split(r"^### ", part, flags=re.MULTILINE)
    grades = {
        text.partition("\n")[0][:50]: round(get_grade(f"### {text}" if place else text), 1)
        for place, text in enumerate(sections)
    }
    assert get_grade(part) <= HARDEST
    assert {title: grade for title, grade in grades.items() if grade > HARDEST} == {}


# Counted by hand: words / sentences, syllables / words.
EASY = "The cat sat on the mat."  # 6 / 1, 6 / 6
HARD = "Breast calcifications are tiny deposits of calcium. Radiologists judge them."  # 10 / 2, (16 + 7) / 10


def test_grade_is_as_counted_by_hand():
    assert get_grade(EASY) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert get_grade(HARD) == pytest.approx(0.39 * 5 + 11.8 * 2.3 - 15.59)
    assert get_grade(EASY) < HARDEST < get_grade(HARD)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("the", 1),
        ("are", 1),
        ("called", 1),
        ("comes", 1),
        ("changes", 2),
        ("needed", 2),
        ("needle", 2),
        ("doctor\u2019s", 2),
        ("action", 2),
        ("calcium", 3),
        ("biopsy", 3),
        ("mammogram", 3),
        ("calcifications", 5),
        ("radiologist", 5),
    ],
)
def test_syllables_are_counted_by_rule(word, syllables):
    assert count_syllables(word) == syllables


def test_an_item_of_a_list_is_a_sentence_and_a_heading_is_none():
    text = "### Not counted\n\nCall if you find\nany of these:\n\n- a lump\n- [blood](/guides/x/) or fluid. Now!\n"
    assert split_sentences(text) == [
        ["Call", "if", "you", "find", "any", "of", "these"],
        ["a", "lump"],
        ["blood", "or", "fluid"],
        ["Now"],
    ]
