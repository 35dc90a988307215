import pytest
from django.core.exceptions import ValidationError

from accounts.names import validate_name


@pytest.mark.parametrize(
    "name",
    [
        "Marie Curie, MD",
        "Björn Ó Súilleabháin",
        "Jean-Luc d'Aubigné",
        "Nguyễn Thị Ánh",
        "Ελένη Παπαδοπούλου",
        "Анна Ковалёва",
        "فاطمة الزهراء",
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        "שרה כהן",
        "अनन्या शर्मा",
        "สมชาย ใจดี",
        "王小明",
        "山田 花子",
        "김민지",
    ],
)
def test_validate_name_takes_every_script(name):
    validate_name(name)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\n", "\t", "\x7f", "\x85", "\u00ad", "\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\ue000"],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_validate_name_refuses_what_cannot_be_seen(character):
    with pytest.raises(ValidationError) as refused:
        validate_name(f"Ada {character}Lindqvist")

    assert refused.value.messages == [
        "This name holds invisible characters, and certificates are printed from it. "
        "Please type it instead of pasting it."
    ]


@pytest.mark.parametrize("name", [".", "1234", "—", "\u0301"])
def test_validate_name_wants_a_letter(name):
    with pytest.raises(ValidationError) as refused:
        validate_name(name)

    assert refused.value.messages == ["Please type your name in letters."]
