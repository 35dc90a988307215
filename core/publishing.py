"""Publishing, the same for everything that has drafts: by hand, by the content loader, by the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Field, Model
from wagtail.locks import BaseLock
from wagtail.models import DraftStateMixin, Revision

from core.faults import find_stopping, refuse


class Gate(Protocol):
    """What stands before publishing besides the draft itself; `reviews` has one."""

    def find_obstacle(self, row: Any, revision: Revision | None) -> str:
        """Why this revision, or any draft of the row, is not published now; empty where nothing is against it."""

    def find_lock(self, row: Any) -> BaseLock | None:
        """What keeps the row from being edited."""


GATES: list[Gate] = []


@contextmanager
def allowing_gaps(row: Model) -> Iterator[None]:
    """What is told in here of a draft is told but for what a draft may lack, as the studio's forms take it."""
    try:
        yield
    except ValidationError as error:
        told = {name: [each for each in found if not _is_gap(row, name, each)] for name, found in _list_errors(error)}
        if left := {name: found for name, found in told.items() if found}:
            raise ValidationError(left) from error


def _list_errors(error: ValidationError) -> list[tuple[str, list[ValidationError]]]:
    return list(error.update_error_dict({}).items())


def _is_gap(row: Model, name: str, error: ValidationError) -> bool:
    """A text, or a link to a row, that its column holds empty too; a name by which the row is found is none."""
    if error.code != "blank" or name == NON_FIELD_ERRORS:
        return False
    field: Any = row._meta.get_field(name)
    return isinstance(field, Field) and (field.null or field.get_internal_type() in TEXTS) and not field.choices


TEXTS = ("CharField", "TextField")


class CheckedMixin:
    """Checks the draft before it is published, and publishes whole or not at all. Stands before a class with drafts.

    Wagtail sends its signal `published` in the same transaction: what follows from publishing receives it
    (`receivers.py` of the app), and where that fails nothing was published.
    """

    def check_publishable(self) -> None:
        """Raises ValidationError with what stops publishing of this draft (core.faults)."""
        refuse(find_stopping(self))  # type: ignore[arg-type]  # with the class with drafts it is a row

    def find_obstacle(self, revision: Revision | None = None) -> str:
        return next((told for gate in GATES if (told := gate.find_obstacle(self, revision))), "")

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            revision.as_object().check_publishable()
            if obstacle := self.find_obstacle(revision):
                raise ValidationError(obstacle)
            super().publish(revision, *args, **kwargs)  # type: ignore[misc]  # that of the class with drafts

    def get_lock(self) -> BaseLock | None:
        lock: BaseLock | None = super().get_lock()  # type: ignore[misc]  # that of the class with locks
        return lock or next((found for gate in GATES if (found := gate.find_lock(self))), None)


class PublishableMixin(CheckedMixin, DraftStateMixin):
    """For plain models. A page of Wagtail's has drafts already: it takes the check alone."""

    class Meta:
        abstract = True
