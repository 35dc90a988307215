"""Captions as browsers and editors write them: one tolerant reader of WebVTT and SubRip, and one writer of WebVTT.

The reader goes the way of the standard's parser (https://www.w3.org/TR/webvtt1/#file-parsing), which never gives up, so
that nothing is lost that a browser would show, and takes what other programs write besides: SubRip's commas and missing
header, hours and minutes of one digit. What it leaves out and puts right it says (docs/decisions/0040-captions.md).
"""

import html
import math
import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import dropwhile, pairwise, takewhile
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from core.durations import clock
from core.text import Decoded, NotText, decode
from courses.videos.errors import CaptionsError

MAX_CAPTIONS = 1 << 20  # characters; an hour of speech has some 60,000
TOO_LONG = gettext_lazy("The captions are longer than those of any video. Is this the right file?")
MOST_TOLD = 20  # of one kind
# How long words are shown whose end is missing, unless the next come sooner.
SHOWN_SECONDS = 3.0

ARROW = "-->"
HEADER = re.compile(r"webvtt(?:[ \t].*)?", re.IGNORECASE)
# What a browser passes over: a comment, a style, a region, and what programs say about the file.
PASSED_OVER = re.compile(r"\s*(?:NOTE(?:\s|$)|STYLE\s*$|REGION\s*$|X-TIMESTAMP-MAP=|(?:Kind|Language):)")
TIME = r"(?:(\d{1,6}):(?=[0-5]?\d:))?(\d{1,3}):([0-5]?\d)(?:[.,](\d{1,6}))?"
TIMING = re.compile(rf"\s*{TIME}\s*-->\s*{TIME}(?![\d.,:])(.*)")
# Whoever wrote this meant times: a line with the arrow, and one with something else in its place.
MEANT_WITH_ARROW = re.compile(r"\s*\d[\d:.,]*\s*-->|.*-->\s*\d+:\d")
MEANT_WITHOUT = re.compile(
    r"\s*\d+:\d[\d:.,]*\s*(?:[-=\u2013\u2014]+\s*(?:>|&gt;)|→)\s*\d|\s*\d+:\d[\d:.]*,\d+:\d[\d:.]*\s*$"
)
NUMBER = re.compile(r"\s*\d+\s*")
SETTING = re.compile(r"(?:vertical|line|position|size|align):[\w%.,-]+")
# Nothing is read twice, whatever is between the brackets. “<5 mm and >” is no tag; “{\an8}” is one of SubRip's.
TAG = re.compile(r"</?(?:[A-Za-z][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}")
CLASSES = r"(?:\.[^\s<>&]+)*"
KNOWN_TAG = re.compile(
    rf"</?(?:[biuc]|ruby|rt){CLASSES}>|<(?:v|lang){CLASSES}[ \t][^<>]*>|</(?:v|lang)>|<(?:\d+:)?\d\d:\d\d\.\d{{3}}>"
)
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*")

Line = tuple[int, str]


class Cue(NamedTuple):
    start: float
    end: float
    text: str
    """Its words alone."""
    shown: str = ""
    """The same as WebVTT: with lines, speakers and what is slanted."""
    settings: str = ""
    """Where it stands on the picture."""

    @property
    def clock(self) -> str:
        """Where it begins."""
        return clock(int(self.start))


class Captions(NamedTuple):
    cues: list[Cue]
    """In the order in which they are shown."""
    notices: list[str]
    """What was left out or put right, in sentences for the author."""


@dataclass
class Block:
    """A caption, or words that have no time."""

    name: list[Line] = field(default_factory=list)
    timing: Line | None = None
    lines: list[Line] = field(default_factory=list)


def read_captions(text: str) -> Captions:
    """Raises CaptionsError with everything that is wrong, each with its line."""
    if len(text) > MAX_CAPTIONS:
        raise CaptionsError(TOO_LONG)
    return _Reading(normalize(text).split("\n")).read()


def decode_captions(data: bytes) -> Decoded:
    """In whatever encoding a program saved them."""
    if len(data) > 4 * MAX_CAPTIONS:  # a character is four bytes at most
        raise CaptionsError(TOO_LONG)
    try:
        return decode(data)
    except NotText as error:
        raise CaptionsError(
            _("The file is not text. Save or export the captions as WebVTT (.vtt) or SubRip (.srt).")
        ) from error


def normalize(text: str) -> str:
    """As the standard does it before anything else; the database holds no zeros."""
    return text.removeprefix("\ufeff").replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")


def write_captions(cues: Iterable[Cue]) -> str:
    """What browsers are given: WebVTT to the letter, whatever the author's program wrote."""
    return "WEBVTT\n" + "".join(
        f"\n{_write_time(cue.start)} {ARROW} {_write_time(cue.end)}{cue.settings and ' '}{cue.settings}\n{cue.shown}\n"
        for cue in cues
    )


NO_TIME = gettext_noop("“%(line)s” is not a time such as 00:01.000 --> 00:04.000.")


class _Reading:
    """One file, once."""

    def __init__(self, lines: list[str]) -> None:
        numbered = enumerate(lines, start=1)
        self.lines = list(dropwhile(lambda line: _is_blank(line[1]), numbered))
        self.is_subrip = not self.lines or HEADER.fullmatch(self.lines[0][1].strip()) is None
        self.faults: list[str] = []
        self.empty: list[int] = []
        self.without_time: list[int] = []
        self.without_end: list[int] = []

    def read(self) -> Captions:
        found = [cue for block in self._blocks() if (cue := self._read_block(block))]
        if not found and not self.faults:
            self.faults.append(
                _(
                    "There is no caption in the file. Each begins with times such as 00:01.000 --> 00:04.000. "
                    "Save or export the captions as WebVTT (.vtt) or SubRip (.srt)."
                )
            )
        if self.faults:
            raise CaptionsError(_shorten(self.faults))
        is_sorted = all(cue.start <= after.start for cue, after in pairwise(found))
        cues = _give_ends(sorted(found, key=lambda cue: (cue.start, -cue.end)))
        return Captions(cues, list(self._tell(is_sorted=is_sorted)))

    def _blocks(self) -> Iterator[Block]:
        """A caption ends at an empty line, in SubRip not before the next time; and at a time that follows its words."""
        block, is_header = Block(), not self.is_subrip
        for number, line in self.lines if self.is_subrip else self.lines[1:]:
            if ARROW in line and (block.timing is None or MEANT_WITH_ARROW.match(line)):
                name = self._take_name(block)
                if not is_header:
                    yield block
                block, is_header = Block(name=name, timing=(number, line)), False
            elif (line or self.is_subrip) if block.timing else not _is_blank(line):
                block.lines.append((number, line))
            else:
                if not is_header:
                    yield block
                block, is_header = Block(), False
        if self.is_subrip and block.timing:
            self._take_number(block, is_above_time=False)  # of a caption that was deleted
        if not is_header:
            yield block

    def _take_name(self, block: Block) -> list[Line]:
        """What stands above a time and is not said."""
        if block.timing is None:
            return [block.lines.pop()] if len(block.lines) == 1 else []
        return self._take_number(block, is_above_time=True) if self.is_subrip else []

    def _take_number(self, block: Block, *, is_above_time: bool) -> list[Line]:
        """SubRip numbers its captions: below a blank line, or right above the time where the blank line is missing."""
        after = list(takewhile(lambda line: _is_blank(line[1]), reversed(block.lines)))
        rest = block.lines[: len(block.lines) - len(after)]
        is_below_blank = len(rest) > 1 and _is_blank(rest[-2][1])
        if rest and NUMBER.fullmatch(rest[-1][1]) and (is_below_blank or (is_above_time and not after)):
            block.lines = rest[:-1]
            return rest[-1:]
        return []

    def _read_block(self, block: Block) -> Cue | None:
        if block.timing is None:
            self._read_words_alone(block.lines)
            return None
        number, line = block.timing
        match = TIMING.fullmatch(line)
        if match is None:
            if MEANT_WITH_ARROW.match(line):
                self._fault(number, NO_TIME, line)
            else:
                self._read_words_alone([*block.name, block.timing, *block.lines])
            return None
        self._check_words(block.lines)
        start, end = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:8])
        shown = _clean("\n".join(line for _number, line in block.lines))
        text = " ".join(html.unescape(TAG.sub("", shown)).split())
        if INVISIBLE.fullmatch(text):
            self.empty.append(number)
            return None
        if end < start:
            self._fault(number, _("the caption ends before it begins."))
        if end == start:
            self.without_end.append(number)
        return Cue(start, end, text, shown, " ".join(SETTING.findall(match[9])))

    def _read_words_alone(self, lines: list[Line]) -> None:
        if not lines or PASSED_OVER.match(lines[0][1]) or all(NUMBER.fullmatch(line) for _number, line in lines):
            return
        if not self._check_words(lines):
            self.without_time.append(lines[0][0])

    def _check_words(self, lines: list[Line]) -> bool:
        """Whether a time was meant among them."""
        meant = [line for line in lines if MEANT_WITHOUT.match(line[1])]
        for line in meant:
            self._fault(line[0], NO_TIME, line[1])
        return bool(meant)

    def _fault(self, number: int, told: str, line: str = "") -> None:
        told = _(told) % {"line": line.strip()[:60]} if line else told
        self.faults.append(_("Line %(number)d: %(told)s") % {"number": number, "told": told})

    def _tell(self, *, is_sorted: bool) -> Iterator[str]:
        if self.empty:
            told = ngettext(
                "%(count)d caption without words was left out (line %(lines)s).",
                "%(count)d captions without words were left out (lines %(lines)s).",
                len(self.empty),
            )
            yield told % {"count": len(self.empty), "lines": _list(self.empty)}
        if self.without_time:
            told = ngettext(
                "What stands in line %(lines)s has no time, and no browser shows it: it was left out.",
                "What stands in lines %(lines)s has no time, and no browser shows it: it was left out.",
                len(self.without_time),
            )
            yield told % {"lines": _list(self.without_time)}
        if self.without_end:
            told = ngettext(
                "%(count)d caption ended as it began, and was given an end (line %(lines)s).",
                "%(count)d captions ended as they began, and were given an end (lines %(lines)s).",
                len(self.without_end),
            )
            yield told % {"count": len(self.without_end), "lines": _list(self.without_end)}
        if not is_sorted:
            yield _("The captions were put in the order of their times.")


def _give_ends(cues: list[Cue]) -> list[Cue]:
    """No browser shows what ends as it begins; its words were said all the same."""
    starts = [*(cue.start for cue in cues), math.inf]
    return [
        cue
        if cue.end > cue.start
        else cue._replace(end=min(starts[bisect(starts, cue.start)], cue.start + SHOWN_SECONDS))
        for cue in cues
    ]


def _clean(text: str) -> str:
    """WebVTT that says to a browser what the text says to a reader: “<5 mm” is no tag, and no line is empty."""
    parts, at = [], 0
    for tag in TAG.finditer(text):
        known = " ".join(tag[0].split())
        known = known.lower() if known[1:-1].strip("/") in ("B", "I", "U") else known
        parts += [_escape(text[at : tag.start()]), known if KNOWN_TAG.fullmatch(known) else ""]
        at = tag.end()
    lines = "".join([*parts, _escape(text[at:])]).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _is_blank(line: str) -> bool:
    return not line.strip(" \t\f")


def _escape(text: str) -> str:
    return html.escape(html.unescape(text), quote=False)


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def _write_time(seconds: float) -> str:
    minutes, thousandths = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{thousandths // 1000:02}.{thousandths % 1000:03}"


def _list(numbers: list[int]) -> str:
    return ", ".join([*map(str, numbers[:MOST_TOLD]), *(["…"] if len(numbers) > MOST_TOLD else [])])


def _shorten(faults: list[str]) -> list[str]:
    more = len(faults) - MOST_TOLD
    if more <= 0:
        return faults
    told = ngettext("And %(more)d more of the kind.", "And %(more)d more of the kind.", more)
    return [*faults[:MOST_TOLD], told % {"more": more}]
