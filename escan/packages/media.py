"""What lies beside the words of a package: bytes, in the storage, on the disk or made here."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.core.files.storage import default_storage

PIECE = 1 << 20


@dataclass(frozen=True)
class Words:
    content: bytes

    def read(self) -> Iterator[bytes]:
        yield self.content

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class OnDisk:
    path: Path

    def read(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield from iter(lambda: file.read(PIECE), b"")

    @property
    def sha256(self) -> str:
        return _hash(self.read())


@dataclass(frozen=True)
class Stored:
    name: str

    def read(self) -> Iterator[bytes]:
        with default_storage.open(self.name) as file:
            yield from iter(lambda: file.read(PIECE), b"")

    @property
    def sha256(self) -> str:
        return _hash_stored(self.name)


Media = Words | OnDisk | Stored


@lru_cache(maxsize=2000)
def _hash_stored(name: str) -> str:
    """A file of the storage never changes under its name."""
    return _hash(Stored(name).read())


def _hash(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
