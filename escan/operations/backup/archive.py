"""The archive: a tar file of `database`, `files/<name>` for each file, and `manifest.json` with every hash.

The rows come first and the files after them. Files are never overwritten and seldom deleted, so that every file which
a row of the dump names is still there to be copied; the manifest lists those that were not.
"""

import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import IO, Literal

from django.apps import apps
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from escan.operations.backup import database, files
from escan.operations.backup.errors import BackupError

DATABASE = "database"
MANIFEST = "manifest.json"
FOLDER = "files/"
PACKAGES = ("django", "wagtail", "typst")
# Longer than any backup takes: what is older was left behind by one that was killed.
STALE_AFTER = timedelta(days=1)


class Manifest(BaseModel):
    format: Literal[1] = 1
    made_at: datetime
    vendor: str
    versions: dict[str, str]
    migrations: list[str]
    rows: dict[str, int]
    database: str
    files: dict[str, str]
    missing: list[str]


# --- Backup -----------------------------------------------------------------------------------------


def remove_leftovers(folder: Path) -> list[str]:
    """Delete what a backup or a restore of this folder left behind when it was killed; the names."""
    before = (timezone.now() - STALE_AFTER).timestamp()
    stale = sorted(path for path in folder.glob("academy-*.tar.part*") if path.stat().st_mtime < before)
    for path in stale:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in stale]


def write(target: Path) -> Manifest:
    """Back up database and storage while the academy runs. `target` is there only when it is whole."""
    part = target.with_name(f"{target.name}.part")
    part.touch(mode=0o600)
    try:
        manifest = _write(part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(part: Path) -> Manifest:
    now = timezone.now()
    folder = tempfile.TemporaryDirectory(prefix=f"{part.name}.", dir=part.parent)
    with folder as work, tarfile.open(part, "w") as tar:
        rows_file = Path(work, DATABASE)
        with database.dump(rows_file):
            rows, migrations, named = count_rows(), applied_migrations(), set(files.named_files())
        with rows_file.open("rb") as file:
            rows_hash = _add(tar, DATABASE, file, rows_file.stat().st_size)
        hashes = dict(_add_files(tar))
        manifest = Manifest(
            made_at=now,
            vendor=connection.vendor,
            versions={name: version(name) for name in PACKAGES},
            migrations=migrations,
            rows=rows,
            database=rows_hash,
            files=hashes,
            missing=sorted(named - set(hashes)),
        )
        text = manifest.model_dump_json(indent=1).encode()
        _add(tar, MANIFEST, io.BytesIO(text), len(text))
    return manifest


def _add_files(tar: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    for name in files.stored_files():
        try:
            with default_storage.open(name) as file:
                yield name, _add(tar, FOLDER + name, file, file.size)
        except FileNotFoundError:
            continue  # deleted since it was listed; the manifest says so where a row names it


def _add(tar: tarfile.TarFile, name: str, file: files.Readable, size: int) -> str:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    hashed = files.Hashed(file)
    tar.addfile(info, hashed)
    return hashed.sha256.hexdigest()


def count_rows() -> dict[str, int]:
    tables = {model._meta.db_table: model for model in apps.get_models() if model._meta.managed}
    return {table: model._base_manager.count() for table, model in sorted(tables.items())}


def applied_migrations() -> list[str]:
    applied = MigrationLoader(connection).applied_migrations
    return sorted(f"{app}.{name}" for app, name in applied)


# --- Restore ----------------------------------------------------------------------------------------


def check(source: Path) -> Manifest:
    """Compare every byte of the archive with its manifest, and the archive with this academy."""
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = Manifest.model_validate_json(_member(tar, MANIFEST).read())
            _check_hashes(tar, manifest)
    except (tarfile.TarError, ValidationError, KeyError, OSError) as error:
        raise BackupError(f"{source} is no whole archive of the academy: {error}") from error
    if manifest.vendor != connection.vendor:
        raise BackupError(f"The archive is of {manifest.vendor}, and DATABASE_URL is of {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise BackupError(f"A newer release made the archive: this one does not know {', '.join(newer)}.")
    return manifest


def _check_hashes(tar: tarfile.TarFile, manifest: Manifest) -> None:
    wanted = {DATABASE: manifest.database, **{FOLDER + name: sha256 for name, sha256 in manifest.files.items()}}
    for name, sha256 in wanted.items():
        if files.hash_of(_member(tar, name)) != sha256:
            raise tarfile.TarError(f"the bytes of {name} have changed")


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise tarfile.TarError(f"{name} is no file")
    return file


def conflicts(manifest: Manifest) -> list[str]:
    """Files of the archive's that the storage has with other bytes."""
    return [name for name, sha256 in manifest.files.items() if files.stored_hash(name) not in ("", sha256)]


def restore(source: Path, *, replace: bool) -> Manifest:
    """Put the archive's rows and files in place. Only with `replace` does anything that is there go."""
    manifest = check(source)
    if not replace and not database.is_empty():
        raise BackupError("The database is not empty. To put the archive in its place, add --replace.")
    if not replace and (differing := conflicts(manifest)):
        raise BackupError(f"The storage has another {differing[0]}. To put the archive's in its place, add --replace.")
    part = f"{source.name}.part."
    with tarfile.open(source, "r:") as tar, tempfile.TemporaryDirectory(prefix=part, dir=source.parent) as work:
        # Files first: no row names one that is not there yet.
        for name, sha256 in manifest.files.items():
            if files.stored_hash(name) != sha256:
                files.put(name, File(_member(tar, FOLDER + name)))
        rows_file = Path(work, DATABASE)
        with rows_file.open("wb") as file:
            shutil.copyfileobj(_member(tar, DATABASE), file)
        database.load(rows_file)
    # What was counted, limited or queued belongs to the rows that are gone.
    cache.clear()
    _check_rows(manifest)
    return manifest


def _check_rows(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table, count in manifest.rows.items():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - its own tables
            found = cursor.fetchone()[0]
            if found != count:
                raise BackupError(f"{table} has {found} rows after the restore, and had {count}.")
