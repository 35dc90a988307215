import pytest
from django.core.exceptions import ValidationError

from accounts.names import explain_name, validate_name
from tests.cme.certificates.test_rendering import NAMES, UNPRINTABLE


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

    assert refused.value.messages == ["This name holds invisible characters. Please type it instead of pasting it."]


@pytest.mark.parametrize("name", [".", "1234", "—", "\u0301"])
def test_validate_name_wants_a_letter(name):
    with pytest.raises(ValidationError) as refused:
        validate_name(name)

    assert refused.value.messages == ["Please type your name in letters."]


EMOJI = "“{}” cannot be printed. Use letters, digits and punctuation, of any script."
INVISIBLE = "After “{}” comes an invisible character. Please type the name instead of pasting it."
LETTER = "Our fonts do not have the letter “{}”. Give the name in another script, or write to us: we look for one."


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ann 😀 Lee", [EMOJI.format("😀")]),
        ("Ann 👩\u200d⚕\ufe0f Lee", [EMOJI.format("👩\u200d⚕\ufe0f")]),
        ("Ann 👍🏽", [EMOJI.format("👍🏽")]),
        ("Ann 🇸🇪", [EMOJI.format("🇸🇪")]),
        ("Ann\u200dLee", [INVISIBLE.format("Ann")]),
        ("Ann \u200eLee", [INVISIBLE.format("Ann")]),
        ("Ann\u202eeeL", [INVISIBLE.format("Ann")]),
        ("Ann\ue000", [INVISIBLE.format("Ann")]),
        ("M\ufffdller", [INVISIBLE.format("M")]),
        ("\ufeffAnn", ["The name begins with an invisible character. Please type it instead of pasting it."]),
        ("\u0301Ann", ["The name begins with an accent that stands on no letter. Please type it anew."]),
        (
            "a\u093f",
            ["After “a” comes an accent that the letter cannot carry. Please type it anew."],
        ),
        ("ᚠnn", [LETTER.format("ᚠ")]),
        ("𒀀𒁀", [LETTER.format("𒀀"), LETTER.format("𒁀")]),
        ("1234", ["Please type your name in letters."]),
        ("Ann\tLee ", []),
        ("Marie Curie, MD", []),
        ("فاطمة الزهراء", []),
        ("W" * 120, []),
        ("王" * 120, []),
    ],
)
def test_explain_name_tells_in_words_what_cannot_be_printed(name, told):
    assert explain_name(name) == told


@pytest.mark.parametrize("name", [*(value[0] for value in UNPRINTABLE.values())])
def test_explain_name_never_speaks_of_code_points(name):
    told = " ".join(explain_name(name))
    assert told
    assert "U+" not in told


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_explain_name_takes_what_certificates_print(name):
    assert explain_name(name) == []
