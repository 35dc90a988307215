"""What its authors put away, and bring back: taken off as by unpublishing, with all that learners did kept.

A lesson and a module lose their place meanwhile, and come back last. What is restored is a draft.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from wagtail.locks import BaseLock
from wagtail.log_actions import log
from wagtail.models import Revision

from accounts.models import User
from courses.writing.arranging import NotArranged, go_last
from courses.writing.models import Archived, Course, Lesson, Module
from courses.writing.published import forget_published

Put = Course | Module | Lesson

IN_USE = Q(archived=None)
"""Of courses and modules; of lessons, see below."""
LESSON_IN_USE = Q(archived=None, module__archived=None)


@transaction.atomic
def archive(*, row: Put, by: User) -> None:
    """Of a module its lessons, too. Raises NotArranged for what is locked, scheduled, in review or archived."""
    for each in [*list_lessons(row), row]:
        _refuse_locked(each, by)
    named: dict[str, Any] = {str(row._meta.model_name): row}
    if not Archived.objects.get_or_create(**named)[1]:
        raise NotArranged(gettext("“{row}” is archived already.").format(row=name(row)))
    for each in list_lessons(row):
        _take_off(each, by)
    if isinstance(row, Course):
        _take_off(row, by)
    log(row, "courses.archive", user=by)
    forget_published()


def list_lessons(row: Put) -> list[Lesson]:
    """That go with it. A course's stay as they are: without the course nobody finds them."""
    if isinstance(row, Course):
        return []
    return list(row.lessons.filter(archived=None)) if isinstance(row, Module) else [row]


def name(row: Put) -> str:
    return str(row.title)


def _refuse_locked(row: Put, by: User) -> None:
    lock = row.get_lock()
    if lock and lock.for_user(by):
        told = gettext("“{row}” is locked, scheduled or in review: unlock it, or take that back first.")
        raise NotArranged(told.format(row=name(row)))


def _take_off(row: Course | Lesson, by: User) -> None:
    if row.live:
        row.unpublish(user=by)
    if isinstance(row, Lesson):
        Lesson.objects.filter(pk=row.pk).update(is_announced=False)


@transaction.atomic
def restore(*, row: Put, by: User) -> None:
    """As a draft; a module with the lessons that went with it. Raises NotArranged."""
    if not Archived.objects.filter(**{str(row._meta.model_name): row}).delete()[0]:
        raise NotArranged(gettext("“{row}” is not archived.").format(row=name(row)))
    if not isinstance(row, Course):
        go_last(row)
    log(row, "courses.restore", user=by)
    forget_published()


def is_archived(row: Any) -> bool:
    """Itself, or a lesson with its module."""
    if not isinstance(row, Course | Module | Lesson) or not row.pk:
        return False
    found = Q(**{str(row._meta.model_name): row.pk})
    if isinstance(row, Lesson) and row.module_id:
        found |= Q(module=row.module_id)
    return Archived.objects.filter(found).exists()


class ArchivedLock(BaseLock):
    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        return gettext("It is archived: restore it on the outline of its course to change it.")

    def get_locked_by(self, user: Any) -> str:
        return gettext("Archived")

    def get_description(self, user: Any) -> str:
        return self.get_message(user)


class ArchiveGate:
    """What is archived is not published, by whatever door (core.publishing)."""

    def find_obstacle(self, row: Any, revision: Revision | None) -> str:
        return gettext("It is archived: restore it first. Nothing was published.") if is_archived(row) else ""

    def find_lock(self, row: Any) -> BaseLock | None:
        return ArchivedLock(row) if is_archived(row) else None
