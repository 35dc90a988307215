"""What review holds back of publishing, and of editing while something is in review."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext
from wagtail.locks import BaseLock
from wagtail.models import Revision

from reviews import queries
from reviews.models import Act, Submission
from reviews.registry import find_kind

_act: ContextVar[Act | None] = ContextVar("act", default=None)


@contextmanager
def let_through(act: Act) -> Iterator[None]:
    """For the services of this app alone, which record why."""
    token = _act.set(act)
    try:
        yield
    finally:
        _act.reset(token)


def get_act() -> Act | None:
    """By which what is being published right now goes past review."""
    return _act.get()


class ReviewLock(BaseLock):
    """While a version is in review, nobody writes another unseen: it is withdrawn first."""

    def __init__(self, row: Any, submission: Submission) -> None:
        super().__init__(row)
        self.submission = submission

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        told = gettext("{state}, sent by {who}: withdraw it to change it.")
        who = self.submission.sent_by or gettext("somebody who has left")
        return format_html("{}", told.format(state=self.submission.get_state_display(), who=who))

    def get_locked_by(self, user: Any) -> str:
        return str(self.submission.get_state_display())

    def get_description(self, user: Any) -> str:
        return gettext("What was sent stays as it is until it is decided, or withdrawn.")


class ReviewGate:
    def find_obstacle(self, row: Any, revision: Revision | None) -> str:
        if get_act() or not queries.needs_review(row):
            return ""
        if revision is not None and queries.is_passed(revision):
            return ""
        return gettext("It goes live once it is reviewed: choose “Send to review”. Nothing was published.")

    def find_lock(self, row: Any) -> BaseLock | None:
        submission = queries.find_open(row) if find_kind(row) else None
        return ReviewLock(row, submission) if submission else None
