"""What a video is, and whether the academy takes it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from courses.videos import ffmpeg
from courses.videos.errors import VideoError

MAX_BYTES = 1_000_000_000
MAX_LENGTH = timedelta(minutes=30)
# Of 4K, upright too; more is beyond what the worker's memory is made for.
MAX_SIDE = 4096  # pixels
MAX_PIXELS = 4096 * 2304
SMALLEST = 64  # pixels
PROBE_WITHIN = timedelta(seconds=30)

DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
PICTURE = re.compile(r"^  Stream #0:(\d+).*?: Video: \w+.*?, (\d+)x(\d+)", re.MULTILINE)
SOUND = re.compile(r"^  Stream #0:\d+.*?: Audio: (\w+).*$", re.MULTILINE)
TURNED = re.compile(r"rotation of -?(?:90|270)\.00 degrees")

NO_VIDEO = gettext_noop(
    "This is not a video that the academy can read. Export it from your video program as MP4 (H.264 and AAC), "
    "play the export once, and add that file."
)


class Probed(NamedTuple):
    seconds: float | None
    """None where the file does not say, as in recordings that a browser made."""
    width: int
    height: int
    channels: int
    stream: int
    """Which one of the file is the picture. A cover may come before it."""


def probe(source: Path) -> Probed:
    """Raises VideoError for what is no video, or none that the academy takes."""
    size = source.stat().st_size
    if not size:
        raise VideoError(_("The file is empty. Perhaps the upload was cut off: add it again."))
    if size > MAX_BYTES:
        raise VideoError(_("The file is larger than %(limit)s MB. Export it with a lower rate, or in parts.") % LIMITS)
    try:
        told = ffmpeg.describe(source, within=PROBE_WITHIN)
    except ffmpeg.Failed as failed:
        raise VideoError(_(NO_VIDEO)) from failed
    return _check(_read(told))


LIMITS = {"limit": MAX_BYTES // 1_000_000, "minutes": int(MAX_LENGTH.total_seconds() // 60)}


def _read(told: str) -> Probed:
    if not told.lstrip().startswith("Input #0") and "\nInput #0" not in told:
        raise VideoError(_(NO_VIDEO))
    # A cover is a picture, not a video.
    picture = next((match for match in PICTURE.finditer(told) if "(attached pic)" not in _line(told, match)), None)
    if picture is None:
        raise VideoError(_("There is sound in this file, but no picture. Add the video itself."))
    length, sound = DURATION.search(told), SOUND.search(told)
    width, height = int(picture[2]), int(picture[3])
    if TURNED.search(told):
        width, height = height, width
    return Probed(
        seconds=int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3]) if length else None,
        width=width,
        height=height,
        channels=0 if sound is None else 1 if "mono" in sound[0] else 2,
        stream=int(picture[1]),
    )


def _line(text: str, match: re.Match[str]) -> str:
    return text[match.start() :].partition("\n")[0]


def _check(video: Probed) -> Probed:
    if video.seconds is not None and video.seconds <= 0:
        raise VideoError(_("The video has no length: nothing was recorded. Export it again."))
    if video.seconds is not None and video.seconds > MAX_LENGTH.total_seconds():
        raise VideoError(
            _("The video is longer than %(minutes)s minutes. Cut it into parts, one for each topic.") % LIMITS
        )
    if video.width * video.height > MAX_PIXELS or max(video.width, video.height) > MAX_SIDE:
        raise VideoError(
            _("The picture is %(width)s by %(height)s: too large. Export it with 1920 by 1080, the most that is shown.")
            % {"width": video.width, "height": video.height}
        )
    if min(video.width, video.height) < SMALLEST:
        raise VideoError(
            _("The picture is %(width)s by %(height)s: too small to read. Export it larger, best with 1920 by 1080.")
            % {"width": video.width, "height": video.height}
        )
    return video
