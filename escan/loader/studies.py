"""Studies of a course: studies.yaml has their seeds and words, and a worker makes the images."""

from collections.abc import Iterator
from pathlib import Path

from escan.loader.errors import ContentError
from escan.loader.rows import blaming, find_change, read_yaml
from escan.models import LoadedContent
from imaging.coursework.errors import SeedTaken
from imaging.coursework.services import order_study
from imaging.synthesis import Recipe


def load_studies(folder: Path) -> Iterator[str]:
    """What has changed is another study from now on; what was read of the one before stays."""
    path = folder / "studies.yaml"
    if not path.is_file():
        return
    with blaming(path):
        for entry in read_yaml(path):
            key = f"study/{folder.name}/{entry['key']}"
            loaded = find_change(key, {**entry, "generator": int(entry["generator"])})
            if loaded is None:
                continue
            try:
                loaded.object_id = order_study(recipe=Recipe.from_dict(entry))
            except SeedTaken as taken:
                raise ContentError(f"study {entry['key']}: {taken}") from taken
            loaded.save()
            yield f"{key}: ordered"


def find_study(course: str, key: str) -> int:
    loaded = LoadedContent.objects.filter(key=f"study/{course}/{key}").first()
    if loaded is None or loaded.object_id is None:
        raise ContentError(f"there is no study {key}")
    return loaded.object_id


def find_studies(course: str, text: str) -> dict[str, int]:
    """Of those that the text names: another one is a change of the lesson."""
    prefix = f"study/{course}/"
    loaded = LoadedContent.objects.filter(key__startswith=prefix).exclude(object_id=None)
    known = {row.key.removeprefix(prefix): int(row.object_id or 0) for row in loaded.order_by("key")}
    return {key: pk for key, pk in known.items() if f"study: {key}\n" in text}
