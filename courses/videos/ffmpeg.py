"""The only module that runs ffmpeg, on files that strangers may have made.

No shell, no standard input, nothing but files and only the containers below: a playlist or a list of files that calls
itself a video is refused before it can name another file or an address. Every run has an end.
"""

import logging
import subprocess
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext
from imageio_ffmpeg import get_ffmpeg_exe

logger = logging.getLogger(__name__)

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
# Certificates and mails go before: the kernel gives a video what they leave.
POLITELY = ("nice", "-n", "10")
# Characters of what ffmpeg said last, for the log.
TOLD = 2000


class Failed(Exception):
    """ffmpeg ended with an error, or did not end in time; the text is ffmpeg's own."""

    def __init__(self, told: str, *, was_slow: bool = False) -> None:
        super().__init__(told)
        self.was_slow = was_slow


def input_arguments(source: Path) -> list[str]:
    # "file:" keeps a name that begins with a dash, or has a colon in it, a name.
    return ["-protocol_whitelist", "file", "-format_whitelist", CONTAINERS, "-i", f"file:{source.resolve()}"]


def describe(source: Path, *, within: timedelta) -> str:
    """What ffmpeg says of a file. It has no output to make and so ends with an error, always."""
    command = [get_ffmpeg_exe(), "-hide_banner", "-nostdin", *input_arguments(source)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, and arguments of our own
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=within.total_seconds(), check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Failed(gettext("no answer"), was_slow=True) from late
    return done.stderr.decode(errors="replace")


def run(arguments: Sequence[str], *, folder: Path, within: timedelta) -> Iterator[float]:
    """Run ffmpeg in the folder; yields the second of the video that it has come to. Whoever stops reading ends it."""
    command = [*POLITELY, get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1"]
    log = folder / "ffmpeg.log"
    with (
        log.open("wb") as told,
        subprocess.Popen(  # noqa: S603 - as above
            [*command, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told, text=True
        ) as process,
    ):
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(within.total_seconds(), end)
        clock.start()
        try:
            yield from _seconds(process)
            process.wait()
        finally:
            clock.cancel()
            process.kill()
    words = log.read_text(errors="replace")[-TOLD:]
    log.unlink()
    if late.is_set() or process.returncode:
        raise Failed(words, was_slow=late.is_set())


def _seconds(process: "subprocess.Popen[str]") -> Iterator[float]:
    for line in process.stdout or ():
        name, _, value = line.strip().partition("=")
        if name == "out_time_us" and value.isdecimal():
            yield int(value) / 1_000_000
