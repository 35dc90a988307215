"""The files of the default storage, and which of them a row names."""

import hashlib
from collections.abc import Iterator
from typing import IO, Protocol

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models

from cme.models import Certificate
from imaging.models import View
from imaging.studies.pyramids import FIT

CHUNK = 1 << 20  # bytes


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class Hashed:
    """A file whose SHA-256 is known once it was read."""

    def __init__(self, file: Readable) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.sha256.update(chunk)
        return chunk


def hash_of(file: Readable) -> str:
    hashed = Hashed(file)
    while hashed.read(CHUNK):
        pass
    return hashed.sha256.hexdigest()


def stored_hash(name: str) -> str:
    """Empty where the storage has no such file."""
    try:
        with default_storage.open(name) as file:
            return hash_of(file)
    except FileNotFoundError:
        return ""


def stored_files(folder: str = "") -> Iterator[str]:
    """The name of every file in the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from sorted(prefix + name for name in names if name)
    for each in sorted(folders):
        yield from stored_files(prefix + each)


def named_files() -> dict[str, str]:
    """Every file that a row names, with its SHA-256 where the row knows it."""
    names = {name: "" for model in apps.get_models() for name in _names_in(model)}
    # Of a view one file stands for its tiles: they were stored together.
    names |= {f"{tiles}/{FIT}": "" for tiles in View.objects.values_list("tiles", flat=True)}
    return names | dict(Certificate.objects.with_file().values_list("file", "sha256"))


def _names_in(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.FileField):
            rows = model._base_manager.exclude(**{f"{field.name}__in": [""]}).exclude(**{field.name: None})
            yield from rows.values_list(field.name, flat=True).distinct().iterator()


def find_problems() -> Iterator[str]:
    """What is wrong between rows and storage, each as a sentence."""
    for name, sha256 in named_files().items():
        stored = stored_hash(name)
        if not stored:
            yield f"{name} is gone: a row names it, and the storage has no such file."
        elif sha256 and stored != sha256:
            yield f"{name} is not the file that was issued: its bytes have changed."


def put(name: str, file: IO[bytes]) -> None:
    """Keep the file under exactly this name."""
    if default_storage.exists(name):
        default_storage.delete(name)
    kept = default_storage.save(name, file)
    if kept != name:
        default_storage.delete(kept)
        raise OSError(f"The storage would not keep {name} under its name, but as {kept}.")
