"""Videos that content/ ships ready: nothing is encoded when the academy starts."""

import hashlib
from pathlib import Path
from typing import Any

import yaml

from courses.models import Video
from courses.videos import services as videos
from courses.videos.captions import decode_captions, normalize, read_captions
from courses.writing import services as authoring
from escan.models import LoadedContent

CAPTIONS, FACTS = "captions.vtt", "video.yaml"


def hash_folder(folder: Path) -> str:
    return _hash(folder, {path.name for path in folder.iterdir()})


def _hash(folder: Path, names: set[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(f"{name}\0".encode() + hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


def keep_video(*, key: str, folder: Path) -> int:
    """The id of the video in this folder: a new row for a new video; new words are the same video's."""
    facts = yaml.safe_load((folder / FACTS).read_text(encoding="utf-8-sig"))
    words = {"title": facts["title"], "captions": normalize(decode_captions((folder / CAPTIONS).read_bytes()).text)}
    read_captions(words["captions"])
    sha256 = _hash(folder, {path.name for path in folder.iterdir()} - {CAPTIONS, FACTS})
    loaded = LoadedContent.objects.filter(key=key).first() or LoadedContent(key=key)
    video = Video.objects.filter(pk=loaded.object_id).first() if loaded.object_id else None
    if video is not None and loaded.sha256 == sha256:
        _update(video, words, before=loaded.state or {})
    else:
        loaded.object_id = videos.keep_video(**words, seconds=int(facts["seconds"]), folder=folder)
    loaded.sha256, loaded.state = sha256, words
    loaded.save()
    return int(loaded.object_id or 0)


def _update(video: Video, words: dict[str, Any], *, before: dict[str, Any]) -> None:
    """What an author changed in the studio since stays."""
    changed = [name for name in words if getattr(video, name) == before.get(name) != words[name]]
    if changed:
        for name in changed:
            setattr(video, name, words[name])
        video.save(update_fields=changed)
        authoring.render_again(video_id=video.pk)
