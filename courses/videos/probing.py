"""What a video is, and whether the academy takes it."""

import contextlib
import re
from datetime import timedelta
from fractions import Fraction
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

MEASURE_WITHIN = timedelta(minutes=5)
# Sound is written in pieces of up to an eighth of a second, so its end is no second's matter.
PIECE = 0.15  # seconds
# What decoders lose at the very end is nothing; a video that stops much sooner than it says is not whole.
MISSING_SECONDS = 2.0

DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
# Deeper where it belongs to a group, as a picture and its clock do.
PICTURE = re.compile(r"^  (?:  )?Stream #0:(\d+).*?: Video: \w+.*?, (\d+)x(\d+)", re.MULTILINE)
# What no decoder knows, as the second sound of some telephones, is no sound for us.
SOUND = re.compile(r"^  (?:  )?Stream #0:(\d+).*?: Audio: (?!none\b)\w+.*$", re.MULTILINE)
TURNED = re.compile(r"rotation of -?(?:90|270)\.00 degrees")
# As in yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive): range, then matrix, primaries and transfer.
COLOUR = re.compile(r", \w+\(([^()]*)\), \d+x\d+")

# What framecrc lists: of a stream the unit of its times and what it is; of a packet its stream, when it is to be
# decoded and shown, and for how long.
UNIT = re.compile(r"#tb (\d+): (\d+/\d+)")
OTHER_PICTURE = re.compile(r"#media_type (\d+): video")
PACKET = re.compile(r"(\d+), +-?\d+, +(-?\d+), +(\d+),")

NO_VIDEO = gettext_noop(
    "This is not a video that the academy can read. Export it from your video program as MP4 (H.264 and AAC), "
    "play the export once, and add that file."
)


class Colour(NamedTuple):
    """What the numbers of a picture mean, in ffmpeg's words; empty where the file does not say."""

    matrix: str = ""
    primaries: str = ""
    transfer: str = ""
    is_full_range: bool = False


class Probed(NamedTuple):
    seconds: float | None
    """As the file says, of its longest track, whatever that is. None where it does not say: a browser's recordings."""
    width: int
    height: int
    channels: int
    stream: int
    """Which one of the file is the picture. A cover may come before it."""
    sound: int | None = None
    """Which one is the sound: the one that its program marked to be heard first."""
    colour: Colour = Colour()


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
    length, sounds = DURATION.search(told), list(SOUND.finditer(told))
    sound = next((match for match in sounds if "(default)" in match[0]), sounds[0] if sounds else None)
    width, height = int(picture[2]), int(picture[3])
    if TURNED.search(told):
        width, height = height, width
    return Probed(
        seconds=int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3]) if length else None,
        width=width,
        height=height,
        channels=0 if sound is None else 1 if "mono" in sound[0] else 2,
        stream=int(picture[1]),
        sound=int(sound[1]) if sound else None,
        colour=_read_colour(_line(told, picture)),
    )


def _line(text: str, match: re.Match[str]) -> str:
    return text[match.start() :].partition("\n")[0]


def _read_colour(line: str) -> Colour:
    match = COLOUR.search(line)
    words = match[1].split(", ") if match else []
    said = next((word for word in words if word.count("/") == 2), "")
    # One word stands for all three where they are the same.
    same = next((word for word in words if word in ("bt709", "smpte170m", "bt470bg", "smpte240m")), "")
    matrix, primaries, transfer = (
        name if name != "unknown" else "" for name in (said.split("/") if said else [same] * 3)
    )
    return Colour(matrix, primaries, transfer, is_full_range="pc" in words)


def measure(source: Path, video: Probed, folder: Path) -> float:
    """How long the video plays: until its picture and its sound have ended. Raises VideoError where it breaks off.

    No track says it: the sound may go on over a last picture, captions or a clock may be longer than both. So every
    packet is asked for its end; nothing is decoded.
    """
    ends = _read_packets(source, video, folder)
    picture, sound = ends.get(video.stream, 0.0), ends.get(video.sound, 0.0) if video.sound is not None else 0.0
    if not picture:
        raise VideoError(_(NO_VIDEO))
    furthest = max(ends.values())
    if video.seconds is not None and furthest < video.seconds - max(MISSING_SECONDS, video.seconds / 50):
        raise VideoError(
            _("The video should last %(all)d seconds and stops after %(some)d: the file is not whole. Add it again.")
            % {"all": video.seconds, "some": furthest}
        )
    seconds = sound if sound > picture + PIECE else picture
    if seconds > MAX_LENGTH.total_seconds() + PIECE:
        raise VideoError(
            _("The video is longer than %(minutes)s minutes. Cut it into parts, one for each topic.") % LIMITS
        )
    return min(seconds, video.seconds) if video.seconds else seconds


def _read_packets(source: Path, video: Probed, folder: Path) -> dict[int, float]:
    """Where each stream's last packet ends, in seconds from the beginning. Covers, which last as long, are left out."""
    listed = folder / "packets"
    copied = ["-map", "0", "-map", "-0:t?", "-copy_unknown", "-c", "copy", "-f", "framecrc", listed.name]
    try:
        for _second in ffmpeg.run([*ffmpeg.input_arguments(source), *copied], folder=folder, within=MEASURE_WITHIN):
            pass
    except ffmpeg.Failed as failed:
        # What can be read of it is told below, or by whoever decodes it.
        ffmpeg.logger.warning("ffmpeg read no further: %s", failed)
    units: dict[int, Fraction] = {}
    ends: dict[int, float] = {}
    covers: set[int] = set()
    with contextlib.suppress(FileNotFoundError), listed.open() as lines:
        for line in lines:
            if packet := PACKET.match(line):
                stream, shown, lasts = map(int, packet.groups())
                ends[stream] = max(ends.get(stream, 0.0), float((shown + lasts) * units[stream]))
            elif unit := UNIT.match(line):
                units[int(unit[1])] = Fraction(unit[2])
            elif (other := OTHER_PICTURE.match(line)) and int(other[1]) != video.stream:
                covers.add(int(other[1]))
    listed.unlink(missing_ok=True)
    return {stream: end for stream, end in ends.items() if stream not in covers}


def _check(video: Probed) -> Probed:
    if video.seconds is not None and video.seconds <= 0:
        raise VideoError(_("The video has no length: nothing was recorded. Export it again."))
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
