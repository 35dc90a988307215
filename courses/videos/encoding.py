"""A video as browsers play it: HLS, one file a height and one for the sound, and a poster.

What a folder holds afterwards: master.m3u8, poster.webp, and for each stream <name>.m3u8 and <name>.m4s. The playlists
name bytes of the one file, so a learner needs one link a height (docs/decisions/0021-video.md).
"""

import math
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from courses.videos import ffmpeg
from courses.videos.colours import to_bt709
from courses.videos.errors import VideoError
from courses.videos.probing import MAX_PIXELS, MISSING_SECONDS, NO_VIDEO, Probed, measure, probe

HEIGHTS = (360, 720, 1080)
# Below this, a second height is not worth its bytes.
STEP = 1.2
# Kilobits a second at most, by height; quiet pictures such as slides take a tenth of it.
MOST = {360: 800, 720: 2500, 1080: 4500}
QUALITY = 24  # x264's constant rate factor: lower is better and larger
SEGMENT = timedelta(seconds=6)
MOST_FRAMES = 30  # a second
THREADS = 2
# A picture may grow in the middle of a video. Above what is taken, for decoders round up.
MOST_DECODED = MAX_PIXELS * 5 // 4
ENCODE_WITHIN = timedelta(minutes=50)
POSTER_WITHIN = timedelta(minutes=1)
# A last piece of less than this, such as a picture's own length, is no second more.
LAST_PIECE = 0.1  # seconds

MASTER, POSTER = "master.m3u8", "poster.webp"
SOUND = "sound"

Progress = Callable[[int], None]
"""Told the percent that is done, every half a second or so."""


class Encoded(NamedTuple):
    seconds: int
    """Rounded up."""
    streams: list[str]


def encode(*, source: Path, folder: Path, progress: Progress) -> Encoded:
    """Make the video in `folder` ready for the web. Raises VideoError with what its author can do."""
    video = probe(source)
    length = measure(source, video, folder)
    heights = choose_heights(video.height)
    furthest = 0.0
    try:
        for second in ffmpeg.run(_arguments(source, video, heights, length), folder=folder, within=ENCODE_WITHIN):
            # One height is ahead of the other, and either may report.
            furthest = max(furthest, second)
            progress(min(int(100 * furthest / length), 99))
        seconds = _read_length(folder, heights[-1])
        list(ffmpeg.run(_poster_arguments(folder, heights[-1], seconds), folder=folder, within=POSTER_WITHIN))
    except ffmpeg.Failed as failed:
        ffmpeg.logger.warning("ffmpeg failed: %s", failed)
        raise VideoError(_(TOO_SLOW if failed.was_slow else DAMAGED)) from failed
    if seconds < length - MISSING_SECONDS or not (folder / POSTER).is_file():
        raise VideoError(_(DAMAGED))
    return Encoded(math.ceil(seconds - LAST_PIECE), sorted(path.stem for path in folder.glob("*.m4s")))


TOO_SLOW = gettext_noop("It took too long to make the video ready. Cut it into parts, or export it with 1920 by 1080.")
DAMAGED = gettext_noop(
    "The video is damaged: it cannot be played to its end. Export it again, play the export once, and add that file."
)


def choose_heights(height: int) -> list[int]:
    """Never larger than the video is, and even, as H.264 wants it."""
    top = min(height, HEIGHTS[-1]) // 2 * 2
    return [lower for lower in HEIGHTS if lower * STEP <= top] + [top]


def _arguments(source: Path, video: Probed, heights: list[int], length: float) -> list[str]:
    return [
        *["-threads", str(THREADS), "-max_error_rate", "0.02", *_input(source)],
        *["-filter_complex", _filters(video, heights), "-filter_complex_threads", str(THREADS)],
        *[word for height in heights for word in ("-map", f"[v{height}]")],
        *(["-map", "[a]"] if video.channels else []),
        *["-t", f"{length:.3f}", "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"],
        *["-c:v", "libx264", "-preset", "veryfast", "-crf", str(QUALITY), "-profile:v", "high"],
        # Every height begins its segments at the same pictures, so that a player changes between them unseen.
        *["-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT.seconds})", "-sc_threshold", "0", "-g", "900"],
        *[word for index, height in enumerate(heights) for word in _rate(index, height)],
        *["-c:a", "aac", "-ac", str(min(video.channels, 2) or 1), "-b:a", "64k" if video.channels == 1 else "112k"],
        *["-threads", str(THREADS), "-f", "hls", "-hls_time", str(SEGMENT.seconds), "-hls_playlist_type", "vod"],
        *["-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-hls_segment_filename", "%v.m4s"],
        *["-master_pl_name", MASTER, "-var_stream_map", _streams(video, heights), "%v.m3u8"],
    ]


def _input(source: Path) -> list[str]:
    return ["-max_pixels", str(MOST_DECODED), *ffmpeg.input_arguments(source)]


def _filters(video: Probed, heights: list[int]) -> str:
    """Picture and sound begin at once and go on for ever: the first and the last picture are held, silence fills up.

    The length ends both.
    """
    tallest = heights[-1]
    whole = [
        f"fps=fps='min(source_fps,{MOST_FRAMES})':start_time=0",
        # First, for colours cost time by the point.
        f"scale=w=-2:h={tallest}:reset_sar=1",
        *to_bt709(video.colour),
        "tpad=stop=-1:stop_mode=clone",
        f"split={len(heights)}",
    ]
    picture = f"[0:{video.stream}]{','.join(whole)}{''.join(f'[s{height}]' for height in heights)}"
    scaled = [f"[s{height}]scale=w=-2:h={height}:reset_sar=1[v{height}]" for height in heights]
    sound = [f"[0:{video.sound}]aresample=async=1:first_pts=0,apad[a]"] if video.channels else []
    return ";".join([picture, *scaled, *sound])


def _rate(index: int, height: int) -> Iterator[str]:
    most = next(most for known, most in MOST.items() if height <= known)
    yield from (f"-maxrate:v:{index}", f"{most}k", f"-bufsize:v:{index}", f"{2 * most}k")


def _streams(video: Probed, heights: list[int]) -> str:
    group = f",agroup:{SOUND}" if video.channels else ""
    pictures = [f"v:{index}{group},name:{height}" for index, height in enumerate(heights)]
    return " ".join([*pictures, *([f"a:0{group},name:{SOUND},default:yes"] if video.channels else [])])


def _poster_arguments(folder: Path, height: int, seconds: float) -> list[str]:
    """A picture from where a title has faded in and the talk begins, of what learners see."""
    at = f"{min(seconds / 10, 10):.2f}"
    still = ["-frames:v", "1", "-vf", "scale=w=min(1280\\,iw):h=-2"]
    return ["-ss", at, *_input(folder / f"{height}.m4s"), *still, "-quality", "80", "-map_metadata", "-1", POSTER]


def _read_length(folder: Path, height: int) -> float:
    playlist = folder / f"{height}.m3u8"
    lengths = re.findall(r"#EXTINF:([\d.]+)", playlist.read_text()) if playlist.is_file() else []
    seconds = sum(float(length) for length in lengths)
    if not seconds:
        raise VideoError(_(NO_VIDEO))
    return seconds
