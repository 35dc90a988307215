import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import is_right_to_left, tidy_name, unprintable_characters
from cme.certificates.names import han_variant
from tests.cme.certificates.test_rendering import NAMES, UNPRINTABLE


def test_tidy_name_composes_accents_and_spaces():
    assert tidy_name("  Zoe\u0308 \t A\u030astro\u0308m\n") == "Zoë Åström"


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_unprintable_characters_finds_none_in_real_names(name):
    assert unprintable_characters(tidy_name(name)) == ""


@pytest.mark.parametrize(("name", "characters"), UNPRINTABLE.values(), ids=UNPRINTABLE.keys())
def test_unprintable_characters_leaves_only_missing_glyphs_to_the_fonts(name, characters):
    assert set(unprintable_characters(tidy_name(name))) <= set(characters)


@given(st.text(max_size=40))
def test_unprintable_characters_lets_no_invisible_character_through(name):
    found = unprintable_characters(name)
    for character in name:
        if (
            unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
            and character not in "\u200c\u200d"
        ):
            assert character in found


@pytest.mark.parametrize(
    ("name", "zone", "variant"),
    [
        ("王小明", "UTC", "SC"),
        ("陳麗華", "Asia/Taipei", "TC"),
        ("陳麗華", "Asia/Hong_Kong", "HK"),
        ("高橋", "Asia/Tokyo", "JP"),
        ("高橋 さくら", "UTC", "JP"),
        ("김민수 金民秀", "UTC", "KR"),
        ("Rosa Marín", "Asia/Tokyo", "JP"),
    ],
)
def test_han_variant_follows_script_then_place(name, zone, variant):
    assert han_variant(name, zone) == variant


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ד״ר יעל", True), ("محمد", True), ("Dr. محمد", False), ("(محمد) Ali", True), ("王", False), ("...", False)],
)
def test_is_right_to_left_by_the_first_letter(name, expected):
    assert is_right_to_left(name) is expected
