"""The database as one file, of one moment, taken while the academy runs."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from escan.operations.backup.errors import BackupError

# A table that somebody still uses is not waited for.
LOCK_TIMEOUT = timedelta(seconds=10)
STOP_FIRST = "Stop web, worker and beat first."


def is_empty() -> bool:
    return not connection.introspection.table_names()


@contextmanager
def dump(target: Path) -> Iterator[None]:
    """Write every row to `target`. What is read inside of the block is of the same moment."""
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            _dump_postgresql(target)
        else:
            # The transaction holds the lock for writing, so nothing changes before the block ends.
            _copy_sqlite(source=_sqlite_file(), target=target)
        yield


def load(source: Path) -> None:
    """Put the rows of `source` in the place of all that is there, or fail and leave it as it was."""
    connection.close()
    if connection.vendor == "postgresql":
        _load_postgresql(source)
    else:
        _copy_sqlite(source=source, target=_sqlite_file())


def _dump_postgresql(target: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
    _run_client("pg_dump", *arguments)


def _load_postgresql(source: Path) -> None:
    script = source.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source), env={})
    _run_client(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--command=DROP SCHEMA public CASCADE",
        "--command=CREATE SCHEMA public",
        f"--file={script}",
        env={"PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT.seconds}s"},
    )


def _run_client(program: str, *arguments: str, env: dict[str, str] | None = None) -> None:
    """Run a program of PostgreSQL's on the academy's database, with Django's own way to say which that is."""
    where, login = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    _run(program, *arguments, *where[1:], env={**(login or {}), **(env or {})})


def _run(program: str, *arguments: str, env: dict[str, str]) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is missing. Install the PostgreSQL client of the server's version.")
    ended: Any = subprocess.run(  # noqa: S603 - our own arguments, and no shell
        [path, *arguments], env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if ended.returncode:
        hint = STOP_FIRST if "lock timeout" in ended.stderr else ""
        raise BackupError(f"{program} failed: {ended.stderr.strip()[-2000:]} {hint}".strip())


def _sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _copy_sqlite(*, source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target, timeout=1)) as new,
    ):
        try:
            old.backup(new, progress=_stop_waiting_after(LOCK_TIMEOUT))
        except sqlite3.Error as error:
            raise BackupError(f"SQLite failed: {error}") from error


def _stop_waiting_after(patience: timedelta) -> Callable[[int, int, int], None]:
    """By itself, SQLite's copy waits for a lock for ever."""
    deadline = time.monotonic() + patience.total_seconds()

    def look(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise BackupError(f"The database is in use. {STOP_FIRST}")

    return look
