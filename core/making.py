"""Files that are made once and kept in the storage for every process, under a name that says what is in them.

Each ends in a way that only a whole file does: one that does not is being written, or never was written to its end.
"""

from contextlib import suppress
from time import monotonic, sleep

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

# The last chunk of every PNG.
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
PDF_END = b"%%EOF"
PATIENCE = 1.0
"""Seconds within which whoever began a file has written it."""


def read_made(name: str, *, end: bytes) -> bytes:
    """Empty where it is not there, or not whole."""
    with suppress(FileNotFoundError), default_storage.open(name) as file:
        content: bytes = file.read()
        return content if content.endswith(end) else b""
    return b""


def keep_made(name: str, made: bytes, *, end: bytes) -> None:
    """What is there whole stays. What is not whole is waited for, and replaced if nobody is writing it.

    Raises OSError where the storage cannot keep it.
    """
    patience = monotonic() + PATIENCE
    while not read_made(name, end=end):
        # Another may take away what was begun here, if that took too long.
        with suppress(FileNotFoundError):
            if not default_storage.exists(name):
                kept = default_storage.save(name, ContentFile(made))
                if kept == name:
                    return
                default_storage.delete(kept)
            elif monotonic() < patience:
                sleep(PATIENCE / 100)
            else:
                default_storage.delete(name)
                patience = monotonic() + PATIENCE
