"""What the pictures and videos of a course are called in its package: by their titles, the same wherever they lie."""

from pathlib import PurePath
from typing import Any

from django.utils.text import slugify

from courses.models import Video
from escan.packages.media import Stored, Words
from escan.packages.tree import Fields, write_facts

LONGEST = 60
"""Letters of a name, without its ending."""


class NameBook:
    """Gives each row one name, and no name to two of different content, however letters are written."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}

    def take(self, folder: str, stem: str, suffix: str, content: str) -> str:
        """The name without its folder; `content` tells one from another."""
        base = slugify(stem)[:LONGEST].strip("-") or "file"
        for name in (f"{base}{suffix}", f"{base}-{content[:8]}{suffix}"):
            if self._taken.setdefault(f"{folder}/{name}", content) == content:
                return name
        raise AssertionError(base)


def name_image(book: NameBook, folder: str, image: Any) -> str:
    """An image that came from a file is titled course/name."""
    title = PurePath(image.title.rpartition("/")[2])
    suffix = PurePath(image.file.name).suffix.lower()
    stem = title.stem if title.suffix.lower() == suffix else title.name
    return book.take(folder, stem, suffix, Stored(image.file.name).sha256)


def name_video(book: NameBook, video: Video) -> str:
    return book.take("videos", video.title, "", Stored(str(video.original.name)).sha256)


def name_facts(book: NameBook, image_name: str, facts: Fields) -> str:
    """The key under which a picture lies with what is known of it."""
    key = PurePath(image_name).stem
    return PurePath(book.take("facts", key, ".json", Words(write_facts(facts)).sha256)).stem
