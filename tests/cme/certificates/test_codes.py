import pytest

from cme.certificates.codes import ALPHABET, format_code, new_code, normalize_code


def test_new_code_is_twelve_characters_of_crockfords_alphabet():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("ILOU") & set(ALPHABET)


def test_format_code_groups_by_four():
    assert format_code("8F3K7QZMX2VA") == "8F3K-7QZM-X2VA"


@pytest.mark.parametrize(
    "typed",
    [
        "8F3K-7QZM-X210",
        "8f3k-7qzm-x210",
        "8F3K7QZMX210",
        " 8F3K 7QZM X210 ",
        "8F3K-7QZM-X2lO",
        "8F3K-7QZM-X2Io",
        "8F3K\u20117QZM\u2013X210",
    ],
)
def test_normalize_code_reads_what_a_person_types(typed):
    assert normalize_code(typed) == "8F3K7QZMX210"


@pytest.mark.parametrize("typed", ["", "8F3K", "8F3K-7QZM-X21U", "8F3K-7QZM-X2100", "8F3K-7QZM-X2.0", "' OR 1=1 --"])
def test_normalize_code_refuses_what_cannot_be_one(typed):
    assert normalize_code(typed) is None
