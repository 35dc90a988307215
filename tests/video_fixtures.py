"""Tiny originals, made once a session by the very ffmpeg that encodes."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from imageio_ffmpeg import get_ffmpeg_exe

from courses.models import Lesson, Video
from courses.videos import services as videos
from tests.course_fixtures import blocks, write_lesson

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.500\nThe apex first.\n\n00:01.500 --> 00:04.000\nThen the edge.\n"


def make_video(target: Path, *, size: str = "640x480", seconds: float = 4, sound: bool = True, more: Any = ()) -> Path:
    picture = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=10:duration={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=duration={seconds}", "-c:a", "aac"] if sound else []
    command = [get_ffmpeg_exe(), "-v", "error", "-y", *picture, *tone]
    subprocess.run([*command, "-c:v", "libx264", "-preset", "ultrafast", *more, target], check=True, timeout=60)
    return target


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with video.mp4 (640 by 480, 4 s, with sound), silent.mp4, long.mp4 (30 s) and sound.m4a."""
    folder = tmp_path_factory.mktemp("originals")
    make_video(folder / "video.mp4")
    make_video(folder / "silent.mp4", size="320x240", sound=False)
    make_video(folder / "long.mp4", size="160x120", seconds=30, sound=False, more=["-movflags", "+faststart"])
    tone = ["-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", str(folder / "sound.m4a")]
    subprocess.run([get_ffmpeg_exe(), "-v", "error", *tone], check=True, timeout=60)
    return folder


@pytest.fixture
def work(settings: Any, tmp_path: Path) -> Path:
    """Where originals are encoded: empty before, and to be empty afterwards."""
    settings.WORK_DIR = tmp_path / "work"
    settings.WORK_DIR.mkdir()
    return tmp_path / "work"


@pytest.fixture
def add_video(db: None, media: Path, work: Path, originals: Path) -> Callable[..., Video]:
    """An upload that waits for a worker."""

    def add(name: str = "video.mp4", *, content: bytes | None = None, captions: str = CAPTIONS) -> Video:
        video = ContentFile((originals / name).read_bytes() if content is None else content, name)
        return Video.objects.create(title="The edge", original=video, captions=captions)

    return add


@pytest.fixture
def video(add_video: Callable[..., Video]) -> Video:
    """A video that is ready, with captions."""
    added = add_video()
    videos.encode_video(video_id=added.pk)
    added.refresh_from_db()
    return added


@pytest.fixture
def video_lesson(course: Any, video: Video) -> Lesson:
    """The third lesson of the course, published: a video and nothing else. It is locked."""
    return write_lesson("third-look", blocks("third-look", ("video", {"video": video.pk, "caption": "A talk."})))
