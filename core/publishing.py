"""Publishing, the same for everything that has drafts: by hand, by the content loader, by the clock."""

from typing import Any

from django.db import transaction
from wagtail.models import DraftStateMixin, Revision


class PublishableMixin(DraftStateMixin):
    """Checks the draft before it is published, and publishes whole or not at all.

    Wagtail sends its signal `published` in the same transaction: what follows from publishing receives it
    (`receivers.py` of the app), and where that fails nothing was published.
    """

    class Meta:
        abstract = True

    def check_publishable(self) -> None:
        """Raises ValidationError with what a draft still lacks."""

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            revision.as_object().check_publishable()
            super().publish(revision, *args, **kwargs)
