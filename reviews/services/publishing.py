"""Doors past the reviewer, each recorded: a small correction, an administrator's word, the academy's files."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from wagtail.log_actions import log, registry
from wagtail.models import Revision

from accounts.models import User
from reviews import errors
from reviews.gate import let_through
from reviews.models import Act, Decision
from reviews.parts import compare, summarize
from reviews.queries import find_open, get_base, needs_review, read
from reviews.registry import find_kind
from reviews.services.recording import record_row
from reviews.services.sending import hold
from reviews.small import explain_not_small


def explain_correction(row: Any) -> list[str]:
    """Why the present draft is no small correction of what is live; empty where it is one."""
    if not row.live or row.live_revision_id is None:
        return [gettext("Nothing of it is live: it has to be reviewed once.")]
    if not row.has_unpublished_changes or row.latest_revision_id is None:
        return [gettext("Nothing changed since it was published.")]
    return explain_not_small(read(get_base(row)), read(row.latest_revision))


@transaction.atomic
def correct(*, row: Any, said: str, by: User) -> Decision:
    """Publish the present draft as a correction of spelling. Raises ReviewRefused."""
    held = _take_draft(row)
    if reasons := explain_correction(held):
        raise errors.NotSmall(reasons)
    return _publish(held, act=Act.CORRECTED, said=said, by=by)


@transaction.atomic
def publish_unreviewed(*, row: Any, because: str, by: User) -> Decision:
    """An administrator's word. Raises ReviewRefused."""
    if not by.is_superuser:
        raise errors.NotYourStep
    return _publish(_take_draft(row), act=Act.UNREVIEWED, said=because, by=by)


def _take_draft(row: Any) -> Any:
    held = hold(row)
    if find_open(held):
        raise errors.InReview
    if held.latest_revision_id is None or (held.live and not held.has_unpublished_changes):
        raise errors.NothingToSend
    return held


def _publish(row: Any, *, act: Act, said: str, by: User) -> Decision:
    revision = cast(Revision, row.latest_revision)
    changes = summarize(compare(read(row.live_revision), read(revision)))
    decision = record_row(act=act, row=row, by=by, revision=revision, said=said, changes=changes)
    try:
        with transaction.atomic(), let_through(act):
            revision.publish(user=by, skip_permission_checks=True)
    except ValidationError as refused:
        raise errors.NotPublishable(" ".join(refused.messages)) from refused
    log(row, f"reviews.{act.value}", user=by, revision=revision, data={"reason": said})
    return decision


@transaction.atomic
def publish_loaded(*, revision: Revision) -> None:
    """What comes with the academy as a file is its own, and recorded as such. Raises ValidationError."""
    row = revision.content_object
    with let_through(Act.LOADED):
        revision.publish()
    if find_kind(row):
        record_row(act=Act.LOADED, row=row, by=None, revision=revision)


def follow_unpublished(row: Any) -> None:
    """Taking off is open to whoever may publish, and stands in the record."""
    if needs_review(row):
        entry = registry.get_logs_for_instance(row).first()
        record_row(act=Act.TAKEN_OFF, row=row, by=entry.user if entry else None)
