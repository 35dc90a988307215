"""Files that are made once and kept in the storage for every process, under a name that says what is in them.

Each ends in a way that only a whole file does: one that does not is being written, or never was written to its end.
"""

from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

# The last chunk of every PNG.
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
PDF_END = b"%%EOF"


def read_made(name: str, *, end: bytes) -> bytes:
    """Empty where it is not there, or not whole."""
    with suppress(FileNotFoundError), default_storage.open(name) as file:
        content: bytes = file.read()
        return content if content.endswith(end) else b""
    return b""


def keep_made(name: str, made: bytes, *, end: bytes) -> None:
    """One that was not written to its end is replaced; of two that are made at once the first stays."""
    if default_storage.exists(name) and not read_made(name, end=end):
        default_storage.delete(name)
    kept = default_storage.save(name, ContentFile(made))
    if kept != name:
        default_storage.delete(kept)
