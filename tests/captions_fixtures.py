"""Captions as browsers, editors and other programs write them. A test holds them against Chromium's own parser."""

from typing import NamedTuple


class Weird(NamedTuple):
    text: str
    cues: list[tuple[float, float, str]]
    notices: list[str] = []
    is_for_browsers: bool = True
    """Whether a browser shows the same of the file as it is. Where not, it shows less."""


ONE, TWO = (1.0, 4.0, "First caption."), (5.0, 8.0, "Second caption.")
FIRST, SECOND = "00:01.000 --> 00:04.000\nFirst caption.\n", "00:05.000 --> 00:08.000\nSecond caption.\n"
BOTH = f"{FIRST}\n{SECOND}"

WEIRD = {
    "no blank line after the header": Weird(f"WEBVTT\n{BOTH}", [ONE, TWO]),
    "a name right under the header": Weird(f"WEBVTT\n1\n{BOTH}", [ONE, TWO]),
    "a header with words": Weird(f"WEBVTT - Made by hand\nKind: captions\nLanguage: en\n\n{BOTH}", [ONE, TWO]),
    "a header of a stream": Weird(f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n{BOTH}", [ONE, TWO]),
    "what belongs in the header below it": Weird(f"WEBVTT\n\nKind: captions\nLanguage: en\n\n{BOTH}", [ONE, TWO]),
    "blank lines before the header": Weird(f"\n\nWEBVTT\n\n{BOTH}", [ONE, TWO], is_for_browsers=False),
    "a header in small letters": Weird(f"webvtt\n\n{BOTH}", [ONE, TWO], is_for_browsers=False),
    "many blank lines": Weird(f"WEBVTT\n\n\n\n{FIRST}\n\n\n\n{SECOND}\n\n\n", [ONE, TWO]),
    "no new line at the end": Weird(f"WEBVTT\n\n{BOTH}".rstrip(), [ONE, TWO]),
    "a mark, and lines as Windows ends them": Weird(f"\ufeffWEBVTT\n\n{BOTH}".replace("\n", "\r\n"), [ONE, TWO]),
    "lines as old Macintoshes end them": Weird(f"WEBVTT\n\n{BOTH}".replace("\n", "\r"), [ONE, TWO]),
    "all ends of lines at once": Weird(f"WEBVTT\r\n\n{FIRST}\r{SECOND}", [ONE, TWO]),
    "an empty caption": Weird(
        f"WEBVTT\n\n{FIRST}\n00:04.000 --> 00:05.000\n\n{SECOND}",
        [ONE, TWO],
        ["1 caption without words was left out (line 6)."],
    ),
    "captions without words": Weird(
        f"WEBVTT\n\n{FIRST}\n00:04.000 --> 00:05.000\n<i> </i>\n\n{SECOND}\n00:08.000 --> 00:09.000\n&nbsp;&lrm;\n",
        [ONE, TWO],
        ["2 captions without words were left out (lines 6, 12)."],
    ),
    "names that begin with NOTE": Weird(
        f"WEBVTT\n\nNOTES-on-technique-1\n{FIRST}\nREGIONAL-lymph-nodes\n{SECOND}", [ONE, TWO]
    ),
    "a name that is NOTE, STYLE or REGION": Weird(
        f"WEBVTT\n\nNOTE\n{FIRST}\nSTYLE\n{SECOND}\nREGION\n00:09.000 --> 00:10.000\nLast.\n",
        [ONE, TWO, (9, 10, "Last.")],
    ),
    "comments": Weird(
        f"WEBVTT\n\nNOTE\n\nNOTE one line\n\nNOTE\nof two\nlines\n\n"
        f"{FIRST}\nNOTE\tbetween\n\n{SECOND}\nNOTE at the end",
        [ONE, TWO],
    ),
    "styles and regions": Weird(
        "WEBVTT\n\nSTYLE\n::cue(.mark) { color: yellow }\n"
        "::cue {\n  background: black\n}\n\nREGION\nid:low\nlines:3\n\n"
        f"00:01.000 --> 00:04.000 region:low\n<c.mark>First</c> caption.\n\n{SECOND}",
        [ONE, TWO],
    ),
    "out of order": Weird(
        f"WEBVTT\n\n{SECOND}\n{FIRST}", [ONE, TWO], ["The captions were put in the order of their times."]
    ),
    "captions that overlap": Weird(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nShort.\n\n"
        "00:01.000 --> 00:05.000\nLong.\n\n00:01.500 --> 00:03.000\nMiddle.\n",
        [(1, 5, "Long."), (1, 2, "Short."), (1.5, 3, "Middle.")],
    ),
    "a caption that ends as it begins": Weird(
        f"WEBVTT\n\n00:04.500 --> 00:04.500\nSaid.\n\n{SECOND}\n00:09.000 --> 00:09.000\nLast.\n",
        [(4.5, 5, "Said."), TWO, (9, 12, "Last.")],
        ["2 captions ended as they began, and were given an end (lines 3, 9)."],
        is_for_browsers=False,
    ),
    "no blank line between captions": Weird(f"WEBVTT\n\n{FIRST}{SECOND}", [ONE, TWO]),
    "no blank line and a name": Weird(f"WEBVTT\n\n{FIRST}second\n{SECOND}", [(1, 4, "First caption. second"), TWO]),
    "a line of blanks between captions": Weird(f"WEBVTT\n\n{FIRST}  \n{SECOND}", [ONE, TWO]),
    "a number under a line of blanks": Weird(f"WEBVTT\n\n1\n{FIRST} \n2\n{SECOND}", [(1, 4, "First caption. 2"), TWO]),
    "a number that is said": Weird(f"WEBVTT\n\n00:01.000 --> 00:04.000\n4\n{SECOND}", [(1, 4, "4"), TWO]),
    "hours of one digit, and of three": Weird(
        "WEBVTT\n\n0:00:01.000 --> 0:00:04.000\nFirst caption.\n\n100:00:00.000 --> 100:00:01.000\nLate.\n",
        [ONE, (360000, 360001, "Late.")],
    ),
    "minutes of one digit": Weird(
        "WEBVTT\n\n0:01.000 --> 0:04.000\nFirst caption.\n\n5.000 apples\n\n0:5.0 --> 0:8\nSecond caption.\n",
        [ONE, TWO],
        ["What stands in line 6 has no time, and no browser shows it: it was left out."],
        is_for_browsers=False,
    ),
    "commas in WebVTT": Weird(f"WEBVTT\n\n{BOTH}".replace(".000", ",000"), [ONE, TWO], is_for_browsers=False),
    "an arrow without blanks": Weird(f"WEBVTT\n\n{BOTH}".replace(" --> ", "-->"), [ONE, TWO]),
    "tabs and blanks around times": Weird(f"WEBVTT\n\n  \t{FIRST}\n{SECOND}".replace(" --> ", "\t-->   "), [ONE, TWO]),
    "settings": Weird(
        "WEBVTT\n\n00:01.000 --> 00:04.000 line:0 "
        "position:20%,line-left size:60% align:start vertical:rl x:y\nFirst caption.\n\n"
        "00:05.000 --> 00:08.000align:middle\nSecond caption.\n",
        [ONE, TWO],
    ),
    "speakers, classes and times inside": Weird(
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v.loud Ada Lind>First <c.yellow.bg_blue>cap</c><00:02.000>tion.</v>\n\n"
        "00:05.000 --> 00:08.000\n<lang en>Second</lang> <b>cap<i>ti</i></b><u>on</u>.\n",
        [ONE, TWO],
    ),
    "tags of other programs": Weird(
        'WEBVTT\n\n00:01.000 --> 00:04.000\n<font color="#fff">First</font> <I>caption</I>.\n\n'
        "00:05.000 --> 00:08.000\n<p><span style='x'>Second</span> caption.</p>\n",
        [ONE, TWO],
    ),
    "a tag over two lines": Weird("WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ada\nLind>First caption.\n", [ONE]),
    "entities": Weird(
        "WEBVTT\n\n00:01.000 --> 00:04.000\nA &amp; B &lt;b&gt; R&D &eacute; &#233;&nbsp;&lrm;x &unknown;\n",
        [(1, 4, "A & B <b> R&D é é \u200ex &unknown;")],
    ),
    "less and more": Weird(
        "WEBVTT\n\n00:01.000 --> 00:04.000\nA mass < 5 mm, or <5 mm and >3.\n\n00:05.000 --> 00:08.000\nT1 --> T2\n",
        [(1, 4, "A mass < 5 mm, or <5 mm and >3."), (5, 8, "T1 --> T2")],
        is_for_browsers=False,
    ),
    "words without time": Weird(
        f"WEBVTT\n\n{FIRST}\nWords after a blank line.\n\n{SECOND}\nAnd these.\n",
        [ONE, TWO],
        ["What stands in lines 6, 11 has no time, and no browser shows it: it was left out."],
    ),
    "a zero": Weird("WEBVTT\n\n00:01.000 --> 00:04.000\nFirst\0caption.\n", [(1, 4, "First\ufffdcaption.")]),
    "other spaces": Weird(
        "WEBVTT\n\n00:01.000 --> 00:04.000\nFirst\u2028caption\x0c\x85.\n", [(1, 4, "First caption .")]
    ),
    "SubRip": Weird(
        "1\n00:00:01,000 --> 00:00:04,000\nFirst caption.\n\n2\n00:00:05,000 --> 00:00:08,000\nSecond caption.\n",
        [ONE, TWO],
        is_for_browsers=False,
    ),
    "SubRip without numbers": Weird(
        "00:00:01,000 --> 00:00:04,000\nFirst caption.\n\n00:00:05,000 --> 00:00:08,000\nSecond caption.",
        [ONE, TWO],
        is_for_browsers=False,
    ),
    "SubRip without blank lines": Weird(
        "1\n00:00:01,000 --> 00:00:04,000\nFirst caption.\n2\n00:00:05,000 --> 00:00:08,000\nSecond caption.\n",
        [ONE, TWO],
        is_for_browsers=False,
    ),
    "SubRip with blank lines in and around captions": Weird(
        "\ufeff\r\n1\r\n\r\n00:00:01,000 --> 00:00:04,000\r\nFirst\r\n\r\ncaption.\r\n \r\n\r\n2\r\n\r\n"
        "00:00:05,000 --> 00:00:08,000  X1:40 X2:600 Y1:20 Y2:50\r\n"
        "{\\an8}<font color=red>Second</font> caption.\r\n\r\n3\r\n\r\n",
        [ONE, TWO],
        is_for_browsers=False,
    ),
    "SubRip with an empty caption, and one that says a number": Weird(
        "1\n0:0:1,0 --> 0:0:4,0\nCategory\n4\n\n2\n0:0:4,0 --> 0:0:5,0\n\n"
        "3\n0:0:5,0 --> 0:0:8,0\n4\n\n4\n0:0:9,0 --> 0:0:10,50\nEnd\n",
        [(1, 4, "Category 4"), (5, 8, "4"), (9, 10.5, "End")],
        ["1 caption without words was left out (line 7)."],
        is_for_browsers=False,
    ),
    "SubRip with a header of WebVTT": Weird(
        "WEBVTT\n\n1\n00:00:01,000 --> 00:00:04,000\nFirst caption.\n\n"
        "2\n00:00:05,000 --> 00:00:08,000\nSecond caption.\n",
        [ONE, TWO],
        is_for_browsers=False,
    ),
    "times of WebVTT without its header": Weird(BOTH, [ONE, TWO], is_for_browsers=False),
}
