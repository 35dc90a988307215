"""What a file of a package holds, whatever its name says. Each raises ContentError with what is wrong."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from courses.videos.captions import decode_captions, normalize, read_captions
from courses.videos.encoding import MASTER, POSTER
from courses.videos.errors import VideoError
from courses.videos.models import Video
from courses.videos.probing import probe
from courses.writing.picture_files import PictureField
from escan.loader.errors import ContentError
from escan.loader.markdown import check_fields
from escan.loader.prose import check_characters
from escan.loader.videos import CAPTIONS, FACTS
from escan.loader.yaml_text import dump_yaml, parse_yaml
from escan.packages.media import Media, OnDisk, Words
from escan.packages.videos import ORIGINAL, write_captions

Fields = dict[str, Any]

STREAM = re.compile(r"[a-z0-9]{1,20}")
# Of a playlist: what it says of its parts, and the names of files.
TAG = re.compile(r'#EXT[A-Z0-9-]+(?::[\w=",.@ +-]*)?')
URI = re.compile(r'\bURI="([^"]*)"')
MOST_POINTS = 20_000
"""Points of the outlines in a picture."""


def check_words(data: Any) -> None:
    """No text holds what no database or page takes, however it was written."""
    if isinstance(data, str):
        check_characters(data)
    if isinstance(data, Mapping):
        for name, value in data.items():
            check_words(str(name))
            check_words(value)
    elif isinstance(data, list | tuple):
        for value in data:
            check_words(value)


def check_picture(path: Path) -> None:
    """As the studio checks what an author adds."""
    file = SimpleUploadedFile(path.name, path.read_bytes())
    try:
        PictureField().clean(file)
    except ValidationError as error:
        raise ContentError(" ".join(error.messages)) from error


def check_facts(path: Path) -> Fields:
    """What is known of a made picture."""
    try:
        facts: Fields = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ContentError(_("it is no JSON as pictures have it beside them")) from error
    known = ("width", "height", "mm_per_pixel", "outlines", "generator", "spec")
    check_fields(facts, known)
    numbers = [facts["width"], facts["height"], *facts["mm_per_pixel"]]
    points = 0
    for outline in facts["outlines"]:
        check_fields(outline, ("finding", "visibility", "points", "panel"))
        points += len(outline["points"])
        numbers += [part for point in outline["points"] for part in point]
        numbers += [outline["finding"], *([outline["visibility"]] if outline.get("visibility") is not None else [])]
    if points > MOST_POINTS or not all(type(number) in (int, float) for number in numbers):
        raise ContentError(_("it says of the picture what is no number"))
    if not 0 < facts["width"] < 20_000 or not 0 < facts["height"] < 20_000 or min(facts["mm_per_pixel"]) <= 0:
        raise ContentError(_("it says of the picture what is no size"))
    check_words([facts.get("spec", ""), facts.get("generator", 0)])
    return facts


class ReadVideo(NamedTuple):
    title: str
    original: Media
    """Or the largest stream, which stands for it."""
    files: dict[str, Media]


def read_video(folder: Path) -> ReadVideo:
    """Its files, with the words as they are kept; the film is looked at, and not only its name."""
    files = {path.name: path for path in sorted(folder.iterdir())}
    facts = check_fields(parse_yaml(files[FACTS].read_text(encoding="utf-8")), ("title", "seconds"))
    check_words(facts)
    try:
        Video(title=facts["title"]).clean_fields(exclude=["original", "poster"])
        captions = _read_captions(files.pop(CAPTIONS, None))
    except ValidationError as error:
        raise ContentError(" ".join(error.messages)) from error
    files.pop(FACTS)
    original = [name for name in files if name.startswith(f"{ORIGINAL}.")]
    kept = dict.fromkeys(["title"] if original else ["title", "seconds"])
    media: dict[str, Media] = {FACTS: Words(dump_yaml({name: facts[name] for name in kept}).encode()), **captions}
    if original:
        _check_original(files)
    else:
        _check_streams(files, facts["seconds"])
    largest = max(files.values(), key=lambda path: (path.suffix == ".m4s", path.stat().st_size))
    media |= {name: OnDisk(path) for name, path in files.items()}
    return ReadVideo(facts["title"], OnDisk(largest), media)


def _read_captions(path: Path | None) -> dict[str, Media]:
    if path is None:
        return {}
    text = normalize(decode_captions(path.read_bytes()).text)
    read_captions(text)
    check_words(text)
    return {CAPTIONS: Words(write_captions(text).encode())}


def _check_original(files: Mapping[str, Path]) -> None:
    if len(files) != 1:
        raise ContentError(_("beside the film lie {names}, which nobody knows").format(names=", ".join(sorted(files))))
    [(name, path)] = files.items()
    field = Video._meta.get_field("original")
    try:
        for validate in field.validators:
            validate(SimpleUploadedFile(name, b"-"))
        probe(path)
    except (ValidationError, VideoError) as error:
        told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise ContentError(f"{name}: {told}") from error


def _check_streams(files: Mapping[str, Path], seconds: Any) -> None:
    """What browsers play, made ready elsewhere: each playlist names files of this folder and nothing else."""
    if type(seconds) is not int or not 0 < seconds < 100_000:
        raise ContentError(_("the length of the video is no number of seconds"))
    streams = {path.stem for name, path in files.items() if name.endswith(".m4s")}
    wanted = {MASTER, POSTER, *(f"{name}{end}" for name in streams for end in (".m4s", ".m3u8"))}
    if files.keys() != wanted or not streams or not all(STREAM.fullmatch(name) for name in streams):
        odd = ", ".join(sorted(files.keys() ^ wanted)) or MASTER
        raise ContentError(
            _("a video has its film or its streams, and here something is amiss: {names}").format(names=odd)
        )
    check_picture(files[POSTER])
    for name, path in files.items():
        if name.endswith(".m3u8"):
            _check_playlist(name, path.read_text(encoding="utf-8").splitlines(), files)
        elif name.endswith(".m4s"):
            with path.open("rb") as file:
                if file.read(8)[4:] != b"ftyp":
                    raise ContentError(_("{name} is no stream of a video, whatever its name says").format(name=name))


def _check_playlist(name: str, lines: list[str], files: Mapping[str, Path]) -> None:
    named = [line for line in lines if line and not line.startswith("#")]
    for line in lines:
        uris = URI.findall(line)
        if line.startswith("#") and (not TAG.fullmatch(line) or line.count("URI") != len(uris)):
            raise ContentError(_("{name} is no playlist: “{line}”").format(name=name, line=line[:80]))
        named += uris
    if outside := [each for each in named if each not in files]:
        raise ContentError(
            _("{name} names “{outside}”, which is not in the package").format(name=name, outside=outside[0][:80])
        )
    if lines[:1] != ["#EXTM3U"] or not named:
        raise ContentError(_("{name} is no playlist, whatever its name says").format(name=name))
