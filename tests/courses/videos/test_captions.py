import pytest

from courses.videos.captions import Cue, read_captions
from courses.videos.errors import CaptionsError


def test_cues_in_order_with_names_tags_settings_and_notes():
    text = (
        "\ufeffWEBVTT - the edge\r\nKind: captions\r\n\r\nNOTE for nobody\r\n\r\nSTYLE\r\n::cue{}\r\n\r\n"
        "first\r\n00:01.000 --> 00:02.500 line:90%\r\n<v Ada>The <i>apex</i>\r\nfirst &amp; last\r\n\r\n"
        "01:00:02.500 --> 01:00:04.000\r\nThen the edge\r\n"
    )
    assert read_captions(text) == [Cue(1, 2.5, "The apex first & last"), Cue(3602.5, 3604, "Then the edge")]
    assert [cue.clock for cue in read_captions(text)] == ["0:01", "1:00:02"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Line 1: captions begin with the word WEBVTT. Save or export them as WebVTT (.vtt)."),
        ("1\n00:00:01,000 --> 00:00:02,000\nSRT", "Line 1: captions begin with the word WEBVTT."),
        ("WEBVTTX\n", "Line 1: captions begin"),
        ("WEBVTT\n", "There is no caption in the file"),
        ("WEBVTT\n\nNOTE nothing\n", "There is no caption in the file"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nx\n", "Line 3: “00:01,000 --> 00:02,000” is not a time such as"),
        ("WEBVTT\n\nname\n0:01.000 -> 0:02.000\nx\n", "Line 3: “name” is not a time"),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nx\n", "Line 3: “00:61.000"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", "Line 3: the caption ends before it begins."),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\nx\n\n00:01.000 --> 00:02.000\ny\n", "Line 6: it begins before"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>\n", "Line 3: there are no words"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\nwords alone\n\nmore\n", "Line 7: “more” is not a time"),
        ("WEBVTT\n\n" + "x" * (1 << 20), "longer than those of any video"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, told):
    with pytest.raises(CaptionsError) as refused:
        read_captions(text)
    assert refused.value.messages[0].startswith(told) or told in refused.value.messages[0]


def test_brackets_without_end_are_read_in_no_time():
    text = "WEBVTT\n\n00:00.000 --> 00:01.000\n" + "<" * 200_000
    [cue] = read_captions(text)
    assert cue.text == "<" * 200_000


def test_captions_that_overlap_are_taken():
    text = "WEBVTT\n\n00:01.000 --> 00:05.000\nx\n\n00:02.000 --> 00:03.000\ny\n"
    assert [cue.start for cue in read_captions(text)] == [1, 2]
