import pytest

from courses.videos.captions import Cue, read_captions, write_captions
from courses.videos.errors import CaptionsError
from tests.captions_fixtures import WEIRD


def words_of(text: str) -> list[tuple[float, float, str]]:
    return [cue[:3] for cue in read_captions(text).cues]


def test_cues_in_order_with_names_tags_settings_and_notes():
    text = (
        "\ufeffWEBVTT - the edge\r\nKind: captions\r\n\r\nNOTE for nobody\r\n\r\nSTYLE\r\n::cue{}\r\n\r\n"
        "first\r\n00:01.000 --> 00:02.500 line:90%\r\n<v Ada>The <i>apex</i>\r\nfirst &amp; last\r\n\r\n"
        "01:00:02.500 --> 01:00:04.000\r\nThen the edge\r\n"
    )
    first, second = read_captions(text).cues
    assert first == Cue(1, 2.5, "The apex first & last", "<v Ada>The <i>apex</i>\nfirst &amp; last", "line:90%")
    assert second[:3] == (3602.5, 3604, "Then the edge")
    assert [first.clock, second.clock] == ["0:01", "1:00:02"]
    assert read_captions(text).notices == []


@pytest.mark.parametrize("name", sorted(WEIRD))
def test_captions_as_programs_write_them(name):
    case = WEIRD[name]
    captions = read_captions(case.text)
    assert [cue[:3] for cue in captions.cues] == case.cues
    assert captions.notices == case.notices


@pytest.mark.parametrize("name", sorted(WEIRD))
def test_what_is_written_is_read_as_the_same(name):
    cues = read_captions(WEIRD[name].text).cues
    written = write_captions(cues)
    assert read_captions(written) == (cues, [])
    assert written.startswith("WEBVTT\n\n00:")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["There is no caption in the file. Each begins with times"]),
        ("WEBVTT\n", ["There is no caption in the file."]),
        ("WEBVTT\n\nNOTE nothing\n", ["There is no caption in the file."]),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>&nbsp;\n", ["There is no caption in the file."]),
        ("Dialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,Words\n", ["There is no caption in the file."]),
        ("WEBVTT\n\nname\n0:01.000 -> 0:02.000\nx\n", ["Line 4: “0:01.000 -> 0:02.000” is not a time such as"]),
        ("WEBVTT\n\n0:01.000 --&gt; 0:02.000\nx\n", ["Line 3: “0:01.000 --&gt; 0:02.000” is not a time"]),
        ("0:00:01.000,0:00:02.000\nYouTube's own\n", ["Line 1: “0:00:01.000,0:00:02.000” is not a time"]),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nx\n", ["Line 3: “00:61.000"]),
        ("WEBVTT\n\n00:99:00.000 --> 01:00:02.000\nx\n", ["Line 3: “00:99:00.000"]),
        ("WEBVTT\n\n00:00:01:12 --> 00:00:02:00\nframes\n", ["Line 3: “00:00:01:12"]),
        ("WEBVTT\n\n00:01.000 --> soon\nx\n", ["Line 3: “00:01.000 --> soon” is not a time"]),
        ("WEBVTT\n\n" + "9" * 5000 + ":00:01.000 --> 00:02.000\nx\n", ["Line 3: “9999"]),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", ["Line 3: the caption ends before it begins."]),
        ("WEBVTT\n\n" + "x" * (1 << 20), ["The captions are longer than those of any video."]),
        (
            "WEBVTT\n\n00:02.000 --> 00:01.000\nx\n\n00:03.000 --> 00:71.000\ny\n\n"
            "0:05.000 > 0:06.000\nz\n\n0:07 -> 0:08\nz",
            ["Line 3: the caption ends", "Line 6: “00:03.000 --> 00:71.000”", "Line 12: “0:07 -> 0:08”"],
        ),
        (
            "1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:03,000 -> 00:00:04,000\ny\n\n"
            "3\n00:00:0x,000 --> 00:00:06,000\nz",
            ["Line 6: “00:00:03,000 -> 00:00:04,000”", "Line 10: “00:00:0x,000"],
        ),
    ],
)
def test_everything_that_is_wrong_is_told_with_its_line(text, told):
    with pytest.raises(CaptionsError) as refused:
        read_captions(text)
    assert [message[: len(start)] for message, start in zip(refused.value.messages, told, strict=True)] == told


def test_faults_without_end_are_counted():
    with pytest.raises(CaptionsError) as refused:
        read_captions("WEBVTT\n" + "\n00:02.000 --> 00:01.000\nx\n" * 100)
    assert (len(refused.value.messages), refused.value.messages[-1]) == (21, "And 80 more of the kind.")


@pytest.mark.parametrize(
    "text", ["<" * 200_000, "<b" * 100_000, "&" * 200_000, "{\\" * 100_000, "0:0" * 60_000, "-->" * 60_000]
)
def test_long_lines_are_read_in_no_time(text):
    assert words_of(f"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n{text}") != []


def test_thousands_of_captions_without_end_are_read_in_no_time():
    captions = read_captions("WEBVTT\n" + "\n00:01.000 --> 00:01.000\nx\n" * 20_000)
    assert captions.cues[0].end == 4
    assert captions.notices == [
        "20000 captions ended as they began, and were given an end "
        "(lines 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48, 51, 54, 57, 60, …)."
    ]
