"""The file itself: a zip, written the same every time, whose entries are looked at before one is unpacked."""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escan.loader.errors import ContentError
from escan.loader.markdown import check_fields
from escan.loader.yaml_text import dump_yaml, parse_yaml
from escan.packages.errors import PackageRefused
from escan.packages.media import Media

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MANIFEST = "manifest.yaml"
FORMAT = 1
"""Raised when an older academy could not read a package any more."""
LARGEST_PACKAGE = 1_000_000_000  # bytes
LARGEST_IN_ALL = 2_000_000_000
LARGEST_TEXT = 2_000_000
LARGEST_MANIFEST = 1_000_000
LARGEST_PICTURE = 10_000_000
MOST_FILES = 5000
LONGEST_PATH = 200  # letters
GROWS_MOST = 200
"""How many times larger than in the package a file may be, once it has a million bytes."""
GROWS_FROM = 1_000_000

PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
TEXTS = (".yaml", ".md", ".json", ".vtt", ".m3u8")
ENCRYPTED = 0x1
FOREIGN = {
    "imsmanifest.xml": gettext_lazy("SCORM"),
    "moodle_backup.xml": gettext_lazy("Moodle"),
    "[Content_Types].xml": gettext_lazy("Word, PowerPoint, Excel"),
    "mimetype": gettext_lazy("EPUB, OpenDocument"),
    "META-INF/MANIFEST.MF": gettext_lazy("Java"),
}
"""By a file that lies in each of theirs."""


class Manifest(NamedTuple):
    academy: str
    course: str
    holds: str
    """What is written in it: published, or drafts."""
    files: dict[str, str]
    """The SHA-256 of each by its path."""


# --- Out --------------------------------------------------------------------------------------------------


class _Pipe:
    """Takes what a zip writes, until it is taken on."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: "Buffer") -> int:
        self.written += data
        return memoryview(data).nbytes

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        taken = bytes(self.written)
        self.written.clear()
        return taken


def stream_package(*, course: str, holds: str, files: Mapping[str, Media]) -> Iterator[bytes]:
    """No time of day, no compression that one machine does otherwise: the same course is the same bytes.

    A piece at a time, each file read when its turn comes: a course with videos has a billion bytes.
    """
    hashes, pipe = {}, _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for path, media in sorted(files.items()):
            digest = hashlib.sha256()
            with archive.open(_entry(path), "w") as file:
                for piece in media.read():
                    digest.update(piece)
                    file.write(piece)
                    yield pipe.take()
            hashes[path] = digest.hexdigest()
        manifest = {
            "format": FORMAT,
            "academy": settings.WAGTAIL_SITE_NAME,
            "course": course,
            "holds": holds,
            "files": hashes,
        }
        archive.writestr(_entry(MANIFEST), dump_yaml(manifest))
    yield pipe.take()


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path)
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    entry.create_system = 3
    return entry


# --- In ---------------------------------------------------------------------------------------------------


def unpack(package: Path, folder: Path) -> Manifest:
    """Everything into an empty folder. Raises PackageRefused, and leaves nothing outside of the folder."""
    with package.open("rb") as file:
        first = file.read(8)
    if not first:
        raise PackageRefused(_("The file is empty. Perhaps the upload was cut off: send it again."))
    try:
        with zipfile.ZipFile(package) as archive:
            return _unpack(archive, folder)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        if first.startswith(b"PK"):
            raise PackageRefused(
                _("The package breaks off or is damaged. Export it again, or send it again.")
            ) from error
        raise PackageRefused(
            _("This is no package of a course: one is a file that ends in .zip, as an academy exports it.")
        ) from error


def _unpack(archive: zipfile.ZipFile, folder: Path) -> Manifest:
    entries = archive.infolist()
    _check_number(entries)
    for entry in entries:
        _check_name(entry)
        _check_entry(entry)
    _check_twice(entries)
    _check_sizes(entries)
    by_name = {entry.filename: entry for entry in entries if not entry.is_dir()}
    if MANIFEST not in by_name:
        raise PackageRefused(_find_foreign(by_name))
    manifest = _read_manifest(archive, by_name.pop(MANIFEST))
    _check_listed(set(by_name), set(manifest.files))
    for path, entry in by_name.items():
        if _extract(archive, entry, folder / path) != manifest.files[path]:
            raise PackageRefused(
                _("{path} is not the file that was exported: it was changed since. Export the package again.").format(
                    path=path
                )
            )
    return manifest


def _check_number(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise PackageRefused(
            _("The package holds {count} files, and at most {most} are taken.").format(
                count=len(entries), most=MOST_FILES
            )
        )


def _check_name(entry: zipfile.ZipInfo) -> None:
    """Plain names alone, so that none leads out, is two things on two systems, or looks like another."""
    name = entry.orig_filename
    shown = name.encode("unicode_escape").decode()[:80]
    if name in FOREIGN:
        return
    if "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise PackageRefused(_("“{path}” leads out of the package. Nothing of it is unpacked.").format(path=shown))
    parts = name.removesuffix("/").split("/")
    if len(name) > LONGEST_PATH or not all(PART.fullmatch(part) for part in parts):
        raise PackageRefused(
            _("“{path}” is no name for a file here: letters a to z, digits, points and hyphens make one.").format(
                path=shown
            )
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise PackageRefused(_("{path} is encrypted. Send the package without a password.").format(path=entry.filename))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageRefused(
            _("{path} is no file but a link to something else. Nothing of it is unpacked.").format(path=entry.filename)
        )
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefused(
            _("{path} is compressed in a way that not every academy knows. Zip the folder anew.").format(
                path=entry.filename
            )
        )


def _check_twice(entries: list[zipfile.ZipInfo]) -> None:
    seen: dict[str, str] = {}
    for entry in entries:
        name = entry.filename.removesuffix("/").casefold()
        if name in seen:
            raise PackageRefused(
                _("{path} and {other} have the same name for some computers: there can be only one.").format(
                    path=entry.filename, other=seen[name]
                )
            )
        seen[name] = entry.filename


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """By what the package says; unpacking reads no more than that of each."""
    for entry in entries:
        grows = entry.file_size > GROWS_FROM and entry.file_size > GROWS_MOST * max(entry.compress_size, 1)
        most = _find_limit(entry.filename)
        if grows or entry.file_size > most:
            raise PackageRefused(
                _("{path} would unpack to {size} MB, which is more than is taken of such a file ({most} MB).").format(
                    path=entry.filename, size=-(-entry.file_size // 10**6), most=most // 10**6
                )
            )
    if (total := sum(entry.file_size for entry in entries)) > LARGEST_IN_ALL:
        raise PackageRefused(
            _("The package would unpack to {size} MB, and at most {most} MB are taken.").format(
                size=total // 10**6, most=LARGEST_IN_ALL // 10**6
            )
        )


def _find_limit(path: str) -> int:
    if path == MANIFEST:
        return LARGEST_MANIFEST
    if path.endswith(TEXTS):
        return LARGEST_TEXT
    return LARGEST_PACKAGE if "/videos/" in path else LARGEST_PICTURE


def _find_foreign(names: Mapping[str, object]) -> str:
    known = next((str(system) for name, system in FOREIGN.items() if name in names), "")
    if known:
        told = _("This is a file of another system ({system}), and no package of a course.")
        return told.format(system=known)
    return _("This is no package of a course: {manifest} is not in it.").format(manifest=MANIFEST)


def _read_manifest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Manifest:
    try:
        said = parse_yaml(archive.read(entry).decode())
        if isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > FORMAT:
            raise PackageRefused(
                _("The package is of a newer academy (format {format}, and this one reads {known}): update this one.")
                .format(format=said["format"], known=FORMAT)
            )  # fmt: skip
        check_fields(said, ("format", "academy", "course", "holds", "files"))
        validate_slug(said["course"])
        if said["format"] != FORMAT or said["holds"] not in ("published", "drafts"):
            raise ContentError(_("its format is not known"))
        files = {str(path): str(digest) for path, digest in said["files"].items()}
        return Manifest(str(said["academy"])[:120], str(said["course"]), said["holds"], files)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise PackageRefused(_tell_damaged(MANIFEST)) from error
    except (ContentError, ValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
        told = _("{path} is not as an academy writes it ({error}).")
        raise PackageRefused(told.format(path=MANIFEST, error=error)) from error


def _check_listed(found: set[str], listed: set[str]) -> None:
    if missing := sorted(listed - found):
        raise PackageRefused(
            _("{path} is missing in the package: it breaks off, or is not whole.").format(path=missing[0])
        )
    if more := sorted(found - listed):
        raise PackageRefused(
            _("{path} is in the package, and its manifest does not know it: it was added later.").format(path=more[0])
        )


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with archive.open(entry) as packed, target.open("xb") as file:
            while piece := packed.read(1 << 20):
                digest.update(piece)
                file.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise PackageRefused(_tell_damaged(entry.filename)) from error
    return digest.hexdigest()


def _tell_damaged(path: str) -> str:
    return _("{path} is damaged in the package. Export it again, or send it again.").format(path=path)
