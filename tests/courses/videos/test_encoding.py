"""Real ffmpeg on tiny videos, whole and broken."""

import random
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from courses.videos import encoding, ffmpeg, probing
from courses.videos.colours import to_bt709
from courses.videos.encoding import choose_heights, encode
from courses.videos.errors import VideoError
from courses.videos.probing import Colour, Probed, probe
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
    encoded, _ = encode_into(source, tmp_path / "out")
    assert encoded.seconds == 4


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


def test_video_that_is_too_long_or_too_large_is_refused(originals, tmp_path, monkeypatch):
    monkeypatch.setattr(probing, "MAX_LENGTH", timedelta(seconds=20))
    assert probe(originals / "video.mp4") == Probed(4, 640, 480, 1, 0, 1)
    with pytest.raises(VideoError, match="longer than 30 minutes"):
        encode_into(originals / "long.mp4", tmp_path / "out")
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


# --- One length -------------------------------------------------------------------------------------


def make(target: Path, *words: Any) -> Path:
    subprocess.run([get_ffmpeg_exe(), "-v", "error", "-y", *words, target], check=True, timeout=60)
    return target


def picture(seconds: float = 4, source: str = "testsrc") -> list[str]:
    return ["-f", "lavfi", "-i", f"{source}=size=320x240:rate=10:duration={seconds}"]


def sound(seconds: float = 4) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=duration={seconds}"]


PLAIN = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
CHOSEN = ["-map", "[v]", "-map", "[a]", *PLAIN]
CAPTION = "WEBVTT\n\n00:00.000 --> 00:20.000\nLonger than both.\n"
MADE: dict[str, tuple[list[str], int]] = {
    "picture stops before sound": ([*picture(2), *sound(6), *PLAIN], 6),
    "a single picture": ([*picture(0.1), *sound(5), *PLAIN], 5),
    "sound stops before picture": ([*picture(5), *sound(2), *PLAIN], 5),
    "sound begins late": ([*picture(4), *sound(3), "-filter_complex", "[0]null[v];[1]asetpts=PTS+2/TB[a]", *CHOSEN], 5),
    "picture begins late": (
        [*picture(3), *sound(4), "-filter_complex", "[0]setpts=PTS+2/TB[v];[1]anull[a]", *CHOSEN],
        5,
    ),
    "pictures far apart": (
        [
            *[*picture(6), *sound(6), "-filter_complex", "[0]select='not(between(n,10,45))'[v];[1]anull[a]"],
            *[*CHOSEN, "-fps_mode", "vfr"],
        ],
        6,
    ),
    "sound with a gap": (
        [*picture(4), *sound(6), "-filter_complex", "[0]null[v];[1]aselect='not(between(t,2,4))'[a]", *CHOSEN],
        6,
    ),
    "a second sound that is longer": (
        [*picture(3), *sound(3), *sound(9), "-map", "0", "-map", "1", "-map", "2", *PLAIN, "-disposition:a:1", "0"],
        3,
    ),
    "captions that are longer": ([*picture(3), *sound(3), "-i", "long.vtt", *PLAIN, "-c:s", "webvtt"], 3),
    "a cover that comes second": (
        [
            *[*picture(3), *sound(3), "-i", "cover.png", "-map", "0", "-map", "1", "-map", "2", *PLAIN],
            *["-c:v:1", "png", "-disposition:v:1", "attached_pic"],
        ],
        3,
    ),
    "a clock beside the picture": ([*picture(3), *sound(3), *PLAIN, "-timecode", "01:00:00:00"], 3),
    "thirty pictures in 1.001 seconds": ([*picture(4), *sound(4), *PLAIN, "-r", "30000/1001"], 4),
    "four colours and ten bits": ([*picture(3), *sound(3), *PLAIN, "-pix_fmt", "yuv422p10le"], 3),
}
CONTAINERS = {"captions that are longer": "mkv", "sound with a gap": "mkv", "a clock beside the picture": "mov"}


def length_of(playlist: Path) -> float:
    return sum(map(float, re.findall(r"#EXTINF:([\d.]+)", playlist.read_text())))


def frame_at(file: Path, second: float) -> bytes:
    """Eight bits of light for each point."""
    command = [get_ffmpeg_exe(), "-v", "error", "-ss", str(second), "-i", file, "-frames:v", "1"]
    command += ["-vf", "extractplanes=y", "-f", "rawvideo", "-"]
    return subprocess.run(command, check=True, timeout=60, capture_output=True).stdout


def loudness(file: Path) -> list[bool]:
    """Of each half second, whether anything is heard."""
    command = [get_ffmpeg_exe(), "-v", "error", "-i", file, "-ac", "1", "-ar", "8000", "-f", "u8", "-"]
    heard = subprocess.run(command, check=True, timeout=60, capture_output=True).stdout
    return [max(heard[at + 800 : at + 3200]) > 130 for at in range(0, len(heard) - 3200, 4000)]


@pytest.mark.parametrize("name", sorted(MADE))
def test_length_is_that_of_picture_and_sound_together(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long.vtt").write_text(CAPTION)
    Image.new("RGB", (100, 300), "red").save(tmp_path / "cover.png")
    words, seconds = MADE[name]
    source = make(tmp_path / f"video.{CONTAINERS.get(name, 'mp4')}", *words)
    out = tmp_path / "out"
    encoded, percents = encode_into(source, out)

    assert (encoded.seconds, encoded.streams) == (seconds, ["240", "sound"])
    assert length_of(out / "240.m3u8") == pytest.approx(seconds, abs=0.1)
    assert length_of(out / "sound.m3u8") == pytest.approx(seconds, abs=0.1)
    assert max(percents, default=0) <= 99
    assert sorted(path.name for path in out.glob("*")) == [
        *["240.m3u8", "240.m4s", "master.m3u8", "poster.webp", "sound.m3u8", "sound.m4s"]
    ]


def test_last_picture_is_held_and_silence_fills_up(tmp_path):
    held, late, short = tmp_path / "held", tmp_path / "late", tmp_path / "short"
    encode_into(make(tmp_path / "1.mp4", *MADE["picture stops before sound"][0]), held)
    last, end = frame_at(held / "240.m4s", 2.0), frame_at(held / "240.m4s", 5.9)
    assert max(abs(a - b) for a, b in zip(last, end, strict=True)) < 40
    assert sum(abs(a - b) for a, b in zip(last, end, strict=True)) / len(last) < 1
    assert all(loudness(held / "sound.m4s"))
    encode_into(make(tmp_path / "2.mp4", *MADE["sound begins late"][0]), late)
    assert loudness(late / "sound.m4s")[:10] == [False] * 4 + [True] * 6
    encode_into(make(tmp_path / "3.mp4", *MADE["sound stops before picture"][0]), short)
    assert loudness(short / "sound.m4s")[:9] == [True] * 4 + [False] * 5


def test_sound_that_its_program_marked_is_heard(tmp_path):
    words = [*picture(3), *sound(3), "-f", "lavfi", "-i", "anullsrc=duration=3", "-map", "0", "-map", "1", "-map", "2"]
    marked = ["-disposition:a:0", "0", "-disposition:a:1", "default"]
    for index, disposition in ((1, []), (2, marked)):
        source = make(tmp_path / f"{index}.mkv", *words, *PLAIN, *disposition)
        assert probe(source).sound == index
        encode_into(source, tmp_path / str(index))
        assert loudness(tmp_path / str(index) / "sound.m4s")[0] == (index == 1)


# --- One colour -------------------------------------------------------------------------------------


def grey(target: Path, transfer: str, light: float) -> Path:
    """One light of ten bits, as telephones and cameras record it; 0 to 1, as it is coded."""
    code = round(64 + light * 876)
    named = f"colorspace=bt2020nc:color_primaries=bt2020:color_trc={transfer}:range=tv"
    source = (
        f"color=gray:size=320x240:rate=10:duration=1,format=yuv420p10le,lutyuv=y={code}:u=512:v=512,setparams={named}"
    )
    told = f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    return make(target, "-f", "lavfi", "-i", source, "-c:v", "libx265", "-x265-params", told, "-tag:v", "hvc1")


def described(file: Path) -> str:
    told = subprocess.run([get_ffmpeg_exe(), "-hide_banner", "-i", file], capture_output=True, text=True, timeout=60)
    [line] = [line for line in told.stderr.splitlines() if "Video:" in line]
    return line


@pytest.mark.parametrize(
    ("transfer", "light", "least", "most"),
    [
        ("arib-std-b67", 0.0, 15, 17),
        ("arib-std-b67", 0.5, 125, 150),
        ("arib-std-b67", 0.75, 190, 215),  # the white of paper
        ("arib-std-b67", 1.0, 225, 240),
        ("smpte2084", 0.0, 15, 17),
        ("smpte2084", 0.58, 190, 215),  # the white of paper again: 203 nits
        ("smpte2084", 1.0, 225, 245),
    ],
)
def test_light_of_hdr_becomes_that_of_a_common_screen(tmp_path, transfer, light, least, most):
    source = grey(tmp_path / "grey.mov", transfer, light)
    assert probe(source).colour == Colour("bt2020nc", "bt2020", transfer)
    encode_into(source, tmp_path / "out")
    assert ", yuv420p(tv, bt709, progressive), " in described(tmp_path / "out/240.m4s")
    assert least <= frame_at(tmp_path / "out/240.m4s", 0.5)[40_000] <= most
    poster = Image.open(tmp_path / "out/poster.webp").convert("L").getpixel((160, 120))
    assert poster == pytest.approx((least + most - 32) / 2 / 219 * 255, abs=20)


@pytest.mark.parametrize(
    ("named", "colour", "light"),
    [
        # Full red: what of it is light differs by the matrix that it was coded with.
        (["-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709"], Colour("bt709", "", ""), 63),
        (["-vf", "scale=out_color_matrix=smpte170m", "-colorspace", "smpte170m"], Colour("smpte170m", "", ""), 63),
        (
            ["-vf", "scale=out_color_matrix=bt709:out_range=pc", "-color_range", "pc"],
            Colour("bt709", is_full_range=True),
            63,
        ),
    ],
)
def test_other_colours_become_bt709(tmp_path, named, colour, light):
    red = ["-f", "lavfi", "-i", "color=red:size=320x240:rate=10:duration=1,format=gbrp"]
    source = make(tmp_path / "red.mp4", *red, *named, *PLAIN)
    assert probe(source).colour == colour
    encode_into(source, tmp_path / "out")
    assert ", yuv420p(tv, bt709, progressive), " in described(tmp_path / "out/240.m4s")
    assert frame_at(tmp_path / "out/240.m4s", 0.5)[40_000] == pytest.approx(light, abs=3)


def test_picture_of_red_green_and_blue_becomes_bt709(tmp_path):
    red = ["-f", "lavfi", "-i", "color=red:size=320x240:rate=10:duration=1"]
    source = make(tmp_path / "red.mp4", *red, "-c:v", "libx264rgb", "-pix_fmt", "rgb24")
    assert probe(source).colour.matrix == "gbr"
    encode_into(source, tmp_path / "out")
    assert frame_at(tmp_path / "out/240.m4s", 0.5)[40_000] == pytest.approx(63, abs=3)


def test_colours_that_nobody_knows_are_taken_for_bt709():
    assert to_bt709(Colour("ictcp", "ebu3213", "smpte428")) == to_bt709(Colour("bt709", "bt709", "bt709"))
    assert to_bt709(Colour("", "", "arib-std-b67")) == to_bt709(Colour("bt2020nc", "bt2020", "arib-std-b67"))
