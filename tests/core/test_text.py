import pytest

from core.text import NotText, decode

WORDS = "Größe, “Ångström” € µ\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_whatever_its_form(encoding):
    assert decode(WORDS.encode(encoding)) == (WORDS, False)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_without_its_mark_is_read(encoding):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nGröße\n"
    assert decode(text.encode(encoding)) == (text, False)


def test_big_endian_with_its_mark_is_read():
    assert decode(b"\xfe\xff" + WORDS.encode("utf-16-be")) == (WORDS, False)


def test_everything_else_is_taken_for_windows_and_said_to_be_a_guess():
    assert decode(WORDS.encode("cp1252")) == (WORDS, True)
    assert decode(b"\x81 \xe9") == ("\x81 é", True)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"PK\x03\x04\x00\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(NotText):
        decode(data)


def test_nothing_is_text():
    assert decode(b"") == ("", False)
