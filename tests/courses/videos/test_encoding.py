"""Real ffmpeg on tiny videos, whole and broken."""

import random
import re
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from courses.videos import encoding, ffmpeg, probing
from courses.videos.encoding import choose_heights, encode
from courses.videos.errors import VideoError
from courses.videos.probing import Probed, probe
from tests.video_fixtures import make_video


def encode_into(source, folder):
    folder.mkdir()
    percents: list[int] = []
    return encode(source=source, folder=folder, progress=percents.append), percents


def test_video_is_made_ready_in_the_heights_that_it_has(originals, tmp_path):
    encoded, percents = encode_into(originals / "video.mp4", tmp_path / "out")
    assert (encoded.seconds, encoded.streams) == (4, ["360", "480", "sound"])
    assert percents == sorted(percents)
    assert set(percents) <= set(range(100))
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        *["360.m3u8", "360.m4s", "480.m3u8", "480.m4s"],
        *["master.m3u8", "poster.webp", "sound.m3u8", "sound.m4s"],
    ]
    master = (out / "master.m3u8").read_text()
    assert re.findall(r"RESOLUTION=(\w+),CODECS=\"(\w+)\.\w+,mp4a\.40\.2\"", master) == [
        ("480x360", "avc1"),
        ("640x480", "avc1"),
    ]
    assert Image.open(out / "poster.webp").size == (640, 480)
    for name in encoded.streams:
        ranges = re.findall(r"BYTERANGE[:=]\"?(\d+)@(\d+)", (out / f"{name}.m3u8").read_text())
        length, start = map(int, ranges[-1])
        assert start + length == (out / f"{name}.m4s").stat().st_size


def test_video_without_sound_has_no_stream_of_sound(originals, tmp_path):
    encoded, _ = encode_into(originals / "silent.mp4", tmp_path / "out")
    assert encoded.streams == ["240"]
    assert "AUDIO" not in (tmp_path / "out/master.m3u8").read_text()


def test_recording_that_does_not_say_how_long_it_is(originals, tmp_path):
    """As a browser's own recordings are."""
    source = tmp_path / "live.webm"
    command = [get_ffmpeg_exe(), "-v", "error", "-i", originals / "silent.mp4", "-c:v", "libvpx"]
    subprocess.run([*command, "-f", "webm", "-live", "1", source], check=True, timeout=60)
    assert probe(source).seconds is None
    encoded, percents = encode_into(source, tmp_path / "out")
    assert (encoded.seconds, set(percents)) == (4, {0})


def test_video_on_its_side_is_measured_as_it_is_shown(originals, tmp_path):
    source = tmp_path / "turned.mp4"
    command = [get_ffmpeg_exe(), "-v", "error", "-display_rotation", "90", "-i", originals / "silent.mp4", "-c", "copy"]
    subprocess.run([*command, source], check=True, timeout=60)
    assert probe(source)[1:3] == (240, 320)


@pytest.mark.parametrize(
    ("height", "heights"),
    [(90, [90]), (361, [360]), (400, [400]), (480, [360, 480]), (720, [360, 720]), (1080, [360, 720, 1080])],
)
def test_heights_are_never_more_than_the_video_has(height, heights):
    assert choose_heights(height) == heights


NO_VIDEO = "This is not a video that the academy can read."


@pytest.fixture
def broken(originals, tmp_path):
    """Makes a broken or foreign file of the name."""
    video, long = (originals / "video.mp4").read_bytes(), (originals / "long.mp4").read_bytes()
    noise = bytearray(long)
    noise[len(noise) // 2 : -50] = random.Random(1).randbytes(len(noise[len(noise) // 2 : -50]))
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(video)
    contents = {
        "empty": b"",
        "text": b"Not a video at all.\n" * 50,
        "without its index": video[: len(video) // 2],
        "cut off": long[: len(long) // 2],
        "damaged": bytes(noise),
        "sound": (originals / "sound.m4a").read_bytes(),
        "playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode(),
        "list of files": f"ffconcat version 1.0\nfile '{secret}'\n".encode(),
        "picture": b"<svg xmlns='http://www.w3.org/2000/svg' width='200' height='200'></svg>",
    }

    def make(name):
        path = tmp_path / "broken.mp4"
        path.write_bytes(contents[name])
        return path

    return make


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("empty", "The file is empty."),
        ("text", NO_VIDEO),
        ("without its index", NO_VIDEO),
        ("cut off", "The video should last 30 seconds and stops after 1"),
        ("damaged", "The video is damaged: it cannot be played to its end."),
        ("sound", "There is sound in this file, but no picture."),
        ("playlist", NO_VIDEO),
        ("list of files", NO_VIDEO),
        ("picture", NO_VIDEO),
    ],
)
def test_broken_or_foreign_file_is_refused_in_words(broken, tmp_path, name, told):
    with pytest.raises(VideoError, match=re.escape(told)):
        encode_into(broken(name), tmp_path / "out")


@pytest.mark.parametrize(
    ("size", "told"),
    [("5000x300", "5000 by 300: too large. Export it with 1920 by 1080"), ("32x48", "32 by 48: too small to read")],
)
def test_absurd_dimensions_are_refused(tmp_path, size, told):
    source = make_video(tmp_path / "video.mp4", size=size, seconds=0.5, sound=False)
    with pytest.raises(VideoError, match=told):
        probe(source)


def test_video_that_is_too_long_or_too_large_is_refused(originals, monkeypatch):
    monkeypatch.setattr(probing, "MAX_LENGTH", timedelta(seconds=20))
    assert probe(originals / "video.mp4") == Probed(4, 640, 480, 1, 0)
    with pytest.raises(VideoError, match="longer than 30 minutes"):
        probe(originals / "long.mp4")
    monkeypatch.setattr(probing, "MAX_BYTES", 100)
    with pytest.raises(VideoError, match="larger than 1000 MB"):
        probe(originals / "video.mp4")


def test_cover_that_comes_before_the_video_is_not_taken_for_it(originals, tmp_path):
    """Some programs write what describes a video, with its cover, before its tracks."""
    cover, source = tmp_path / "cover.png", tmp_path / "covered.mp4"
    Image.new("RGB", (100, 300), "red").save(cover)
    command = [get_ffmpeg_exe(), "-v", "error", "-i", originals / "silent.mp4", "-i", cover, "-map", "0", "-map", "1"]
    subprocess.run([*command, "-c", "copy", "-disposition:v:1", "attached_pic", source], check=True, timeout=60)
    video = source.read_bytes()
    tracks, about = video.index(b"trak") - 4, video.rindex(b"udta") - 4
    source.write_bytes(video[:tracks] + video[about:] + video[tracks:about])
    assert probe(source) == Probed(4, 320, 240, 0, 1)
    encoded, _ = encode_into(source, tmp_path / "out")
    assert encoded.streams == ["240"]
    assert "320x240" in (tmp_path / "out/master.m3u8").read_text()
    with Image.open(tmp_path / "out/poster.webp") as poster:
        assert poster.size == (320, 240)


def test_picture_that_becomes_absurd_in_the_middle_is_refused(tmp_path):
    parts = [
        make_video(tmp_path / f"{size}.h264", size=size, seconds=1, sound=False).read_bytes()
        for size in ("320x240", "4800x3000")
    ]
    stream, source = tmp_path / "both.h264", tmp_path / "both.mp4"
    stream.write_bytes(b"".join(parts))
    command = [get_ffmpeg_exe(), "-v", "error", "-r", "10", "-i", stream, "-c", "copy", source]
    subprocess.run(command, check=True, timeout=60)
    assert probe(source)[1:3] == (320, 240)
    with pytest.raises(VideoError, match="The video is damaged"):
        encode_into(source, tmp_path / "out")


def test_encoding_that_takes_too_long_is_ended(originals, tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "ENCODE_WITHIN", timedelta(milliseconds=1))
    with pytest.raises(VideoError, match="It took too long"):
        encode_into(originals / "video.mp4", tmp_path / "out")


def test_who_stops_reading_ends_ffmpeg(originals, tmp_path, monkeypatch):
    started = []
    popen = subprocess.Popen

    def start(*args, **rest):
        started.append(popen(*args, **rest))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", start)
    endless = ["-f", "lavfi", "-i", "testsrc=size=640x480", "-f", "null", "-"]
    running: Any = ffmpeg.run(endless, folder=tmp_path, within=timedelta(minutes=1))
    next(running)
    assert started[0].poll() is None
    running.close()
    assert started[0].returncode == -9


def test_name_of_a_file_is_never_an_option_or_an_address(originals, tmp_path):
    source = tmp_path / "-i http:x|y.mp4"
    source.write_bytes((originals / "video.mp4").read_bytes())
    assert probe(source).height == 480
