"""A video as a folder: the original where it was kept, else what browsers play; words and captions beside it."""

from pathlib import Path, PurePath
from typing import Any

from django.core.files import File

from courses.models import Video
from courses.videos import services as videos
from courses.videos.captions import normalize
from courses.videos.encoding import MASTER
from escan.loader.videos import CAPTIONS, FACTS
from escan.loader.yaml_text import dump_yaml, parse_yaml
from escan.packages.media import Media, OnDisk, Stored, Words
from escan.packages.tree import Tree

ORIGINAL = "original"


def write_video(video: Video) -> dict[str, Media]:
    """Of a film that was shipped ready nothing larger is there than its streams, and they travel as they are."""
    streams = list(video.streams.all())
    files: dict[str, Media] = {CAPTIONS: Words(write_captions(video.captions).encode())} if video.captions else {}
    if str(video.original.name) not in {str(stream.file.name) for stream in streams}:
        suffix = PurePath(str(video.original.name)).suffix.lower()
        files[FACTS] = Words(dump_yaml({"title": video.title}).encode())
        files[f"{ORIGINAL}{suffix}"] = Stored(str(video.original.name))
        return files
    files[FACTS] = Words(dump_yaml({"title": video.title, "seconds": video.seconds}).encode())
    files["master.m3u8"] = Words(video.playlist.encode())
    files["poster.webp"] = Stored(str(video.poster.name))
    for stream in streams:
        files[f"{stream.name}.m3u8"] = Words(stream.playlist.encode())
        files[f"{stream.name}.m4s"] = Stored(str(stream.file.name))
    return files


def write_captions(text: str) -> str:
    return normalize(text).strip("\n") + "\n"


def same_video(tree: Tree, name: str, current: Any) -> bool:
    """Film and words: a video has no draft, so other captions or another title are another video until published."""
    own = {path: media.sha256 for path, media in tree.media.items() if path.startswith(f"videos/{name}/")}
    here = {path: media.sha256 for path, media in current.tree.media.items() if path.startswith(f"videos/{name}/")}
    return own == here


def keep_package_video(tree: Tree, name: str, stored: list[str]) -> Video:
    """A new row: of a film a worker makes what browsers play. The names of its files are added to `stored`."""
    files = {PurePath(path).name: media for path, media in tree.media.items() if path.startswith(f"videos/{name}/")}
    facts = parse_yaml(_read(files[FACTS]).decode())
    captions = _read(files[CAPTIONS]).decode() if CAPTIONS in files else ""
    original = next((file for file in files if file.startswith(f"{ORIGINAL}.")), "")
    if original:
        with _find_path(files[original]).open("rb") as file:
            film = File(file, name=f"{name}{PurePath(original).suffix}")
            video = Video.objects.create(title=facts["title"], captions=captions, original=film)
        stored.append(str(video.original.name))
        videos.start_video(video_id=video.pk)
        return video
    folder = _find_path(files[MASTER]).parent
    pk = videos.keep_video(title=facts["title"], captions=captions, seconds=facts["seconds"], folder=folder)
    video = Video.objects.get(pk=pk)
    stored += [str(video.original.name), str(video.poster.name)]
    stored += [str(name) for name in video.streams.values_list("file", flat=True)]
    return video


def _read(media: Media) -> bytes:
    return b"".join(media.read())


def _find_path(media: Media) -> Path:
    """Of what was unpacked."""
    if not isinstance(media, OnDisk):
        raise TypeError(media)
    return media.path
