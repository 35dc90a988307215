"""Backup, disaster, restore: nothing that was earned or paid is lost, on SQLite and on PostgreSQL."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from cme.certificates.services import issue_certificate
from cme.models import Claim
from escan.operations.backup import database
from escan.operations.backup.archive import DATABASE, MANIFEST, Manifest
from escan.operations.backup.errors import BackupError
from escan.operations.backup.files import stored_files
from tests.cme.conftest import activity, claimed, course, make_activity, make_course, today  # noqa: F401 (fixtures)

SETUP = """
import django, json
django.setup()
import uuid
from django.utils import timezone
from accounts.models import AccessGrant, Profession, User
from accounts.services import grant_access
from cme.models import Certificate, Claim
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.certificates.services import issue_certificate
from courses.models import Course
from payments.models import CheckoutSession, Purchase
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields, claim_as, complete
from django.core.files.storage import default_storage
from django.core.management import call_command
"""
EARN = """
upsert_credit_type(**AMA)
upsert_credit_type(**PARTICIPATION)
course = Course.objects.create(
    slug="small", title="Small", summary="s", description="d", audience="a", objectives="o", minutes=75, live=True
)
upsert_activity(course=course, **activity_fields(timezone.now().date()))
for name in ("Rosa Marín, MD", "Zoë Ångström-Πέτρου, MD"):
    user = User.objects.create_user(f"{len(name)}@example.org", "x", name=name, profession=Profession.PHYSICIAN)
    session = CheckoutSession.objects.create(
        user=user, idempotency_key=uuid.uuid4(), stripe_id=f"cs_{user.pk}", price="price_1", amount=7900,
        currency="usd", status="complete", payment_status="paid", expires_at=timezone.now(),
    )
    Purchase.objects.create(session=session, amount=7900, currency="usd", paid_at=timezone.now())
    grant_access(user=user, source="purchase", reference=session.stripe_id)
    complete(user, course)
    claim = claim_as(user, course)
    issue_certificate(certificate_id=claim.certificate.pk)
"""
FACTS = """
print(json.dumps({
    "access": list(AccessGrant.objects.order_by("pk").values_list("user__email", "source", "reference", "revoked_at")),
    "paid": list(Purchase.objects.order_by("pk").values_list("session__user__email", "amount", "currency")),
    "earned": [[str(value) for value in row] for row in Claim.objects.order_by("pk").values_list(
        "user__email", "credits", "credit_type__slug", "completed_on", "attestation", "evaluation__answers")],
    "certificates": [[each.code, each.fields["name"], each.sha256, default_storage.open(each.file).read().hex()]
        for each in Certificate.objects.issued().order_by("pk")],
}, default=str))
"""
# What goes wrong after the backup.
SPOIL = """
AccessGrant.objects.update(revoked_at=timezone.now())
Purchase.objects.all().delete()
User.objects.create_user("later@example.org", "x")
spoiled = Certificate.objects.first()
Certificate.objects.filter(pk=spoiled.pk).update(status="held", problem="spoiled")
default_storage.delete(spoiled.file)
"""
COUNT_LATER = 'assert not User.objects.filter(email="later@example.org").exists()'


@dataclass
class Academy:
    """One with a database and a folder of its own; its tables are copied from those of the tests."""

    environment: dict[str, str]

    def script(self, text: str) -> dict[str, Any]:
        """Run it in a process of this academy; what it prints last."""
        ended = subprocess.run(
            [sys.executable, "-c", SETUP + text],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        return found

    def lose_everything(self) -> None:
        shutil.rmtree(self.environment["VAR_DIR"])
        url = urlsplit(self.environment["DATABASE_URL"])
        if url.scheme == "postgres":
            make_database(url.path[1:])


def make_database(name: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        server.execute(f'CREATE DATABASE "{name}"'.encode())


def copy_tables(url: str) -> None:
    """Of the tests' own database, which is migrated already."""
    if connection.vendor == "postgresql":
        where, login = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
        environment = {**os.environ, **(login or {})}
        dump = subprocess.run(["pg_dump", *where[1:]], env=environment, check=True, capture_output=True)
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", url], input=dump.stdout, check=True, capture_output=True)
    else:
        connection.ensure_connection()
        Path(url.removeprefix("sqlite:///")).write_bytes(connection.connection.serialize())


@pytest.fixture
def academy(db: None, tmp_path: Path) -> Iterator[Academy]:
    name = f"rehearse_backup_{os.getpid()}"
    url = f"sqlite:///{tmp_path / 'var' / 'academy.sqlite3'}"
    (tmp_path / "var").mkdir()
    if connection.vendor == "postgresql":
        make_database(name)
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    copy_tables(url)
    yield Academy(
        {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "escan.settings",
            "DEBUG": "1",
            "VAR_DIR": str(tmp_path / "var"),
            "DATABASE_URL": url,
        }
    )
    if connection.vendor == "postgresql":
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


# --- The whole way ----------------------------------------------------------------------------------


def test_after_a_disaster_everything_earned_and_paid_is_back(academy: Academy, tmp_path: Path) -> None:
    first, second = tmp_path / "first.tar", tmp_path / "second.tar"
    earned = academy.script(f"{EARN}\ncall_command('backup', {str(first)!r})\n{FACTS}")
    assert [len(rows) for rows in earned.values()] == [2, 2, 2, 2]
    assert (first.stat().st_mode & 0o777, list(tmp_path.glob("*.part"))) == (0o600, [])

    academy.lose_everything()
    restored = academy.script(f"call_command('restore', {str(first)!r})\n{FACTS}")
    assert restored == earned

    # What was restored can be backed up again, and takes the place of what went wrong since.
    spoiled = academy.script(f"call_command('backup', {str(second)!r})\n{SPOIL}\n{FACTS}")
    assert [len(rows) for rows in spoiled.values()] == [2, 0, 2, 1]
    replaced = academy.script(f"call_command('restore', {str(second)!r}, '--replace')\n{COUNT_LATER}\n{FACTS}")
    assert replaced == earned


# --- Refusals change nothing ------------------------------------------------------------------------


def make_archive(path: Path, *, certificate: bytes = b"%PDF", **changes: object) -> Path:
    """One as `backup` writes it, of this test's database, with another certificate or manifest."""
    content = {DATABASE: b"rows", "files/certificates/ABC.pdf": certificate}
    manifest = Manifest(
        made_at=timezone.now(),
        vendor=connection.vendor,
        versions={},
        migrations=["accounts.0001_initial"],
        rows={},
        database=hashlib.sha256(b"rows").hexdigest(),
        files={"certificates/ABC.pdf": hashlib.sha256(b"%PDF").hexdigest()},
        missing=[],
    )
    content[MANIFEST] = json.dumps(manifest.model_dump(mode="json") | changes).encode()
    with tarfile.open(path, "w") as tar:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def untouched(learner: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither rows nor files have changed when the test ends."""
    default_storage.save("certificates/ABC.pdf", ContentFile(b"%PDF, of another"))
    loads: list[Path] = []
    monkeypatch.setattr(database, "load", loads.append)
    yield
    assert loads == []
    assert list(User.objects.all()) == [learner]
    assert default_storage.open("certificates/ABC.pdf").read() == b"%PDF, of another"
    assert list(stored_files()) == ["certificates/ABC.pdf"]


def refused(*arguments: object) -> str:
    with pytest.raises(CommandError) as error:
        call_command(*map(str, arguments))
    return str(error.value)


@pytest.mark.usefixtures("untouched")
class TestRefusals:
    def test_over_rows_it_wants_to_be_told_so(self, tmp_path: Path) -> None:
        told = refused("restore", make_archive(tmp_path / "a.tar"))
        assert told == "The database is not empty. To put the archive in its place, add --replace."

    def test_over_another_file_it_wants_to_be_told_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "is_empty", lambda: True)
        told = refused("restore", make_archive(tmp_path / "a.tar"))
        assert told.startswith("The storage has another certificates/ABC.pdf.")

    def test_changed_bytes(self, tmp_path: Path) -> None:
        told = refused("restore", make_archive(tmp_path / "a.tar", certificate=b"%PDG"), "--replace")
        assert told.endswith("the bytes of files/certificates/ABC.pdf have changed")

    def test_half_an_archive(self, tmp_path: Path) -> None:
        archive = make_archive(tmp_path / "a.tar")
        archive.write_bytes(archive.read_bytes()[:700])
        assert "is no whole archive of the academy" in refused("restore", archive, "--replace")

    def test_no_archive_at_all(self, tmp_path: Path) -> None:
        assert "is no whole archive of the academy" in refused("restore", tmp_path / "none.tar", "--replace")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"migrations": ["accounts.9999_tomorrow"]}, "A newer release made the archive: this one does not know"),
            ({"vendor": "oracle"}, "The archive is of oracle, and DATABASE_URL is of"),
            ({"format": 2}, "is no whole archive of the academy"),
            ({"files": {"../escape": "0"}}, "is no whole archive of the academy"),
        ],
    )
    def test_archive_of_another_kind(self, tmp_path: Path, changes: dict[str, Any], told: str) -> None:
        assert told in refused("restore", make_archive(tmp_path / "a.tar", **changes), "--replace")

    def test_no_archive_is_overwritten(self, tmp_path: Path) -> None:
        archive = make_archive(tmp_path / "a.tar")
        before = archive.read_bytes()
        assert "no archive is ever overwritten" in refused("backup", archive)
        assert archive.read_bytes() == before


# --- Files ------------------------------------------------------------------------------------------


def test_check_files_tells_what_is_gone_and_what_has_changed(claimed: Claim) -> None:  # noqa: F811
    issue_certificate(certificate_id=claimed.certificate.pk)
    certificate = claimed.certificate
    certificate.refresh_from_db()
    out = io.StringIO()
    call_command("check_files", stdout=out)
    assert "every certificate is the one that was issued" in out.getvalue()
    path = Path(default_storage.path(certificate.file))
    path.write_bytes(b"%PDF")
    assert refused("check_files") == f"{certificate.file} is not the file that was issued: its bytes have changed."
    path.unlink()
    assert refused("check_files") == (f"{certificate.file} is gone: a row names it, and the storage has no such file.")


def test_backup_tells_which_file_was_not_there(
    claimed: Claim,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issue_certificate(certificate_id=claimed.certificate.pk)
    claimed.certificate.refresh_from_db()
    default_storage.delete(claimed.certificate.file)
    # The database of this test is in memory or in a transaction, and cannot be dumped.
    monkeypatch.setattr(database, "dump", lambda target: contextlib.nullcontext(target.write_bytes(b"rows")))
    errors = io.StringIO()
    call_command("backup", str(tmp_path / "a.tar"), stdout=io.StringIO(), stderr=errors)
    assert errors.getvalue() == (
        f"{claimed.certificate.file} is not in it: a row names it, and the storage has no such file.\n"
    )


def test_backup_removes_what_one_that_was_killed_left_behind(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "dump", lambda target: contextlib.nullcontext(target.write_bytes(b"rows")))
    folder = tmp_path / "backups"
    stale = ["academy-20200101T023000Z.tar.part", "academy-20200101T023000Z.tar.part.x1"]
    old = ["academy-20200101T023000Z.tar", "other.tar.part"]
    new = ["academy-20200102T023000Z.tar.part", "academy-20200102T023000Z.tar.part.x2"]
    for name in stale + old + new:
        path = folder / name
        (path if ".part." in name else folder).mkdir(parents=True, exist_ok=True)
        (path / "database" if ".part." in name else path).write_bytes(b"rows")
    for name in stale + old:
        os.utime(folder / name, (0, 0))
    out = io.StringIO()
    call_command("backup", str(folder), stdout=out)
    *removed, made = out.getvalue().splitlines()
    assert [line.partition(" is removed: ")[0] for line in removed] == stale
    left = {path.name for path in folder.iterdir()}
    assert left == {*old, *new, Path(made.partition(": ")[0]).name}


def test_restore_gives_up_where_sqlite_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", timedelta(seconds=0.3))
    old, new = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3"
    for path, word in ((old, "old"), (new, "new")):
        with contextlib.closing(sqlite3.connect(path)) as file:
            file.execute(f"CREATE TABLE words AS SELECT '{word}' AS word")
            file.commit()
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackupError, match=r"in use\. Stop web, worker and beat first"):
            database._copy_sqlite(source=old, target=new)
        busy.execute("ROLLBACK")
        assert busy.execute("SELECT word FROM words").fetchall() == [("new",)]
