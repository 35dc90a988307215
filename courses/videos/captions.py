"""WebVTT, as far as captions need it (https://www.w3.org/TR/webvtt1/): cues with start, end and text.

What only places or colours a cue (settings, regions, styles) is passed over: browsers read the text itself.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.durations import clock
from courses.videos.errors import CaptionsError

MAX_CAPTIONS = 1 << 20  # characters; an hour of speech has some 60,000

TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t]+\S.*)?")
# Nothing is read twice, whatever is between the brackets.
TAG = re.compile(r"<[^<>]*>")
NOT_CUES = ("NOTE", "STYLE", "REGION")

Line = tuple[int, str]


class Cue(NamedTuple):
    start: float
    end: float
    text: str

    @property
    def clock(self) -> str:
        """Where it begins."""
        return clock(int(self.start))


def read_captions(text: str) -> list[Cue]:
    """The cues in order. Raises CaptionsError with the number of the line that is wrong."""
    if len(text) > MAX_CAPTIONS:
        raise CaptionsError(_("The captions are longer than those of any video. Is this the right file?"))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) is None:
        raise CaptionsError(_("Line 1: captions begin with the word WEBVTT. Save or export them as WebVTT (.vtt)."))
    cues: list[Cue] = []
    for block in _blocks(lines):
        if not block[0][1].split(" ")[0].startswith(NOT_CUES) or "-->" in block[0][1]:
            cues.append(_read_cue(block, after=cues[-1].start if cues else 0))
    if not cues:
        raise CaptionsError(
            _("There is no caption in the file: after WEBVTT come times such as 00:01.000 --> 00:04.000.")
        )
    return cues


def _blocks(lines: list[str]) -> Iterator[list[Line]]:
    """What stands between empty lines, after the header; each line with its number."""
    block: list[Line] = []
    is_header = True
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append((number, line))
        else:
            if block and not is_header:
                yield block
            block, is_header = [], False


def _read_cue(block: list[Line], *, after: float) -> Cue:
    if "-->" not in block[0][1] and len(block) > 1 and "-->" in block[1][1]:
        block = block[1:]  # its name
    number, timing = block[0]
    match = TIMING.fullmatch(timing.strip())
    if match is None:
        told = _("Line %(number)d: “%(line)s” is not a time such as 00:01.000 --> 00:04.000.")
        raise CaptionsError(told % {"number": number, "line": timing.strip()[:60]})
    start, end = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:])
    if end <= start:
        raise CaptionsError(_("Line %(number)d: the caption ends before it begins.") % {"number": number})
    if start < after:
        raise CaptionsError(_("Line %(number)d: it begins before the caption above it.") % {"number": number})
    text = " ".join(html.unescape(TAG.sub("", line)).strip() for _number, line in block[1:]).strip()
    if not text:
        raise CaptionsError(_("Line %(number)d: there are no words under this time.") % {"number": number})
    return Cue(start, end, text)


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000
