"""Publishing, the same for everything that has drafts: by hand, by the content loader, by the clock."""

from typing import Any

from django.db import transaction
from wagtail.models import DraftStateMixin, Revision

from core.faults import find_stopping, refuse


class CheckedMixin:
    """Checks the draft before it is published, and publishes whole or not at all. Stands before a class with drafts.

    Wagtail sends its signal `published` in the same transaction: what follows from publishing receives it
    (`receivers.py` of the app), and where that fails nothing was published.
    """

    def check_publishable(self) -> None:
        """Raises ValidationError with what stops publishing of this draft (core.faults)."""
        refuse(find_stopping(self))  # type: ignore[arg-type]  # with the class with drafts it is a row

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            revision.as_object().check_publishable()
            super().publish(revision, *args, **kwargs)  # type: ignore[misc]  # that of the class with drafts


class PublishableMixin(CheckedMixin, DraftStateMixin):
    """For plain models. A page of Wagtail's has drafts already: it takes the check alone."""

    class Meta:
        abstract = True
