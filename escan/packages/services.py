"""Courses that go out as packages and come in: looked at first, written all at once when somebody says so."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from core.caching import pages
from core.enqueue import enqueue
from courses.models import Course
from escan.loader.rows import tell
from escan.packages.applying import MAY_PUBLISH, Applied, apply_tree
from escan.packages.archive import LARGEST_PACKAGE, Manifest, stream_package, unpack
from escan.packages.collecting import Collected, collect
from escan.packages.comparing import get_digest
from escan.packages.copying import copy_tree
from escan.packages.errors import CourseChanged, PackageClosed, PackageRefused
from escan.packages.models import OVER, TO_CONFIRM, PackageImport, PackageState
from escan.packages.reading import read_tree
from escan.packages.reporting import make_report
from escan.packages.tree import Tree

LEASE = timedelta(minutes=30)
"""More than a package may take."""
MOST_STARTS = 3
KEPT = timedelta(days=1)
"""Of a file that nobody decides about."""
WORK = "package-"


# --- Out --------------------------------------------------------------------------------------------------


class Export(NamedTuple):
    pieces: Iterator[bytes]
    left: list[str]
    """What is not in it, and why."""


def export_course(*, course: Course, drafts: bool, by: User | None = None) -> Export:
    """The package, made while it is read. Raises NothingToExport, ContentError before its first piece."""
    collected = collect(course, drafts=drafts)
    holds = "drafts" if drafts else "published"
    log(course, "escan.export_course", user=by, data={"holds": holds})
    return Export(stream_package(course=course.slug, holds=holds, files=collected.tree.write()), collected.left)


def duplicate_course(*, course: Course, slug: str, title: str, by: User | None) -> PackageImport:
    """The newest of everything as a package for a course of its own, which somebody still confirms.

    Raises ContentError, PackageRefused.
    """
    tree = collect(course, drafts=True).tree
    tree.course |= {"title": title, "position": _find_end()}
    with tempfile.TemporaryFile(prefix="duplicate-", dir=settings.WORK_DIR) as file:
        file.writelines(stream_package(course=course.slug, holds="drafts", files=tree.write()))
        file.seek(0)
        return receive_package(file=File(file), file_name=f"{course.slug}.zip", by=by, slug=slug)


def _find_end() -> int:
    last = Course.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


# --- In: looking ------------------------------------------------------------------------------------------


@transaction.atomic
def receive_package(*, file: "File[Any]", file_name: str, by: User | None, slug: str = "") -> PackageImport:
    """Keep the file until somebody decides, and have a worker look at it: with `slug` as another course.

    Raises PackageRefused.
    """
    if file.size > LARGEST_PACKAGE:
        most = LARGEST_PACKAGE // 10**6
        raise PackageRefused(
            _("The file is larger than {most} MB. Take videos out, and add them here.").format(most=most)
        )
    row = PackageImport.objects.create(
        file=default_storage.save(f"packages/{uuid4().hex}.zip", file),
        file_name=" ".join(PurePath(file_name).name.split())[-120:],
        by=by,
        slug=slug,
        lease_until=timezone.now() + LEASE,
    )
    log(row, "escan.read_package", user=by)
    enqueue("escan.packages.tasks.check_package", row.pk)
    return row


def check_package(*, pk: int) -> None:
    """Say what it would change, or refuse it; its file goes then."""
    row = _claim(pk, PackageState.CHECKING)
    if row is None:
        return
    try:
        with _opened(row) as (manifest, tree, notes, _folder):
            current = _collect_current(tree.slug)
            _finish(
                row,
                state=PackageState.READ,
                slug=tree.slug,
                academy=manifest.academy,
                title=str(tree.course["title"])[:120],
                holds=manifest.holds,
                report=make_report(tree, current=current, notes=notes, by=row.by),
                digest=get_digest(current.tree if current else None),
                total=len(tree.questions) + 2 * len(tree.lessons),
            )
    except PackageRefused as error:
        _finish(row, state=PackageState.REFUSED, error=str(error))
        drop_file(row)


@contextmanager
def _opened(row: PackageImport) -> Iterator[tuple[Manifest, Tree, list[str], Path]]:
    """The package unpacked, with the course's folder in it. Raises PackageRefused."""
    _clear_left()
    with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.WORK_DIR) as work:
        package, folder = Path(work, "package.zip"), Path(work, "files")
        folder.mkdir()
        with default_storage.open(row.file) as stored, package.open("wb") as file:
            shutil.copyfileobj(stored, file, 1 << 20)
        manifest = unpack(package, folder)
        package.unlink()
        read = read_tree(folder, manifest.course)
        tree = copy_tree(read.tree, row.slug) if row.slug and row.slug != manifest.course else read.tree
        yield manifest, tree, read.notes, folder / "courses" / manifest.course


def _clear_left() -> None:
    """Of workers that were killed."""
    before = (timezone.now() - 2 * LEASE).timestamp()
    for left in settings.WORK_DIR.glob(f"{WORK}*"):
        if left.stat().st_mtime < before:
            shutil.rmtree(left, ignore_errors=True)


def _collect_current(slug: str) -> Collected | None:
    """The newest version of what is here."""
    course = Course.objects.filter(slug=slug).first()
    return collect(course, drafts=True) if course else None


def _claim(pk: int, state: str) -> PackageImport | None:
    claimed = PackageImport.objects.filter(pk=pk, state=state)
    if not claimed.update(starts=F("starts") + 1, lease_until=timezone.now() + LEASE):
        return None
    return PackageImport.objects.select_related("by").get(pk=pk)


def _finish(row: PackageImport, **fields: Any) -> None:
    for name, value in {**fields, "lease_until": None}.items():
        setattr(row, name, value)
    row.save(update_fields=[*fields, "lease_until"])


# --- In: the word -----------------------------------------------------------------------------------------


@transaction.atomic
def confirm_package(*, pk: int, by: User | None, publish: bool) -> None:
    """Have a worker bring it in. Raises PackageClosed."""
    row = PackageImport.objects.select_for_update().filter(pk=pk).first()
    if row is None or not row.can_be_confirmed:
        raise PackageClosed
    lease = timezone.now() + LEASE
    row.state, row.by, row.publish, row.lease_until, row.starts, row.error = (
        PackageState.WAITING, by, publish, lease, 0, "",
    )  # fmt: skip
    row.save(update_fields=["state", "by", "publish", "lease_until", "starts", "error"])
    pages.delete(row.progress_key)
    log(row, "escan.confirm_package", user=by, data={"publish": publish})
    enqueue("escan.packages.tasks.bring_package_in", pk)


@transaction.atomic
def look_again(*, pk: int, slug: str) -> None:
    """At what it would change now, or as another course. Raises PackageClosed."""
    asked = PackageImport.objects.filter(pk=pk, state__in=TO_CONFIRM)
    fields = {"state": PackageState.CHECKING, "lease_until": timezone.now() + LEASE, "starts": 0, "error": ""}
    if not asked.update(slug=slug, **fields):
        raise PackageClosed
    enqueue("escan.packages.tasks.check_package", pk)


@transaction.atomic
def discard_package(*, pk: int, by: User | None) -> None:
    """Raises PackageClosed for what came in or is coming in."""
    row = PackageImport.objects.select_for_update().filter(pk=pk).first()
    if row is None or not row.can_be_discarded:
        raise PackageClosed
    log(row, "escan.discard_package", user=by)
    drop_file(row)
    row.delete()


def drop_file(row: PackageImport) -> None:
    if row.file:
        name = row.file
        PackageImport.objects.filter(pk=row.pk).update(file="")
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)


# --- In: writing ------------------------------------------------------------------------------------------


def bring_package_in(*, pk: int) -> None:
    """Everything in one transaction, or nothing; does nothing the second time."""
    row = _claim(pk, PackageState.WAITING)
    if row is None:
        return
    try:
        with _opened(row) as (_manifest, tree, _notes, folder), transaction.atomic():
            # Two packages at once come in one after the other; and whoever was killed and is not has lost the row.
            held = PackageImport.objects.select_for_update(of=("self",)).get(pk=pk)
            if held.state != PackageState.WAITING or held.starts != row.starts:
                return
            applied = _apply(held, tree, folder, by=row.by)
            _finish(held, state=PackageState.DONE, made=applied.revisions, waits=applied.waits)
            drop_file(held)
    except ValidationError as error:
        told = _("Something in it cannot be kept here, and nothing came in: {told}").format(told=tell(error))
        _finish(row, state=PackageState.FAILED, error=told)
    except (PackageRefused, CourseChanged) as error:
        _finish(row, state=PackageState.FAILED, error=str(error))


def _apply(row: PackageImport, tree: Tree, folder: Path, *, by: User | None) -> Applied:
    list(Course.objects.select_for_update().filter(slug=tree.slug))
    current = _collect_current(tree.slug)
    if get_digest(current.tree if current else None) != row.digest:
        raise CourseChanged
    return apply_tree(
        tree,
        folder=folder,
        current=current,
        by=by,
        publish=row.publish and (by is None or by.has_perms(MAY_PUBLISH)),
        progress=lambda done: pages.set(row.progress_key, done, timeout=LEASE.total_seconds()),
    )


# --- What is left -----------------------------------------------------------------------------------------


def sweep_packages() -> list[tuple[str, int]]:
    """Packages whose message or worker was lost, each with the task to start; what failed three times is told so."""
    left = PackageImport.objects.filter(
        state__in=(PackageState.CHECKING, PackageState.WAITING), lease_until__lt=timezone.now()
    )
    left.filter(starts__gte=MOST_STARTS).update(
        state=PackageState.FAILED,
        error=_("It could not be done in three tries, and nothing came in. Try again, or ask the operator."),
    )
    return list(left.values_list("state", "pk"))


def forget_packages() -> None:
    """After a day, the files of packages that nobody decided about, with their rows."""
    for row in PackageImport.objects.filter(created_at__lt=timezone.now() - KEPT):
        if row.state in TO_CONFIRM:
            drop_file(row)
            row.delete()
        elif row.state in OVER:
            drop_file(row)
