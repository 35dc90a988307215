"""The record: each decision is written once, with its words."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from accounts.models import User
from reviews.models import Act, Decision, Step, Submission
from reviews.parts import summarize
from reviews.queries import get_changes, of_row
from reviews.registry import Scope, find_kind

NOWHERE = Scope("")


def record(
    *,
    act: Act,
    by: User | None,
    submission: Submission,
    step: Step | None = None,
    said: str = "",
    changes: list[dict[str, Any]] | None = None,
) -> Decision:
    """A decision about what was sent."""
    return Decision.objects.create(
        content_type_id=submission.content_type_id,
        object_id=submission.object_id,
        title=submission.title,
        scope=submission.scope,
        scope_title=submission.scope_title,
        submission=submission,
        revision_id=submission.revision_id,
        revision_number=submission.revision_id,
        act=act,
        step=step or "",
        said=said,
        changes=changes or [],
        by=by,
        by_name=str(by) if by else "",
    )


def record_decision(
    *, act: Act, by: User | None, submission: Submission, step: Step | None = None, said: str = ""
) -> Decision:
    """The same with what had changed since the last approval."""
    changes = summarize(get_changes(submission))
    return record(act=act, by=by, submission=submission, step=step, said=said, changes=changes)


def record_row(
    *,
    act: Act,
    row: Model,
    by: User | None,
    revision: Revision | None = None,
    said: str = "",
    changes: list[dict[str, Any]] | None = None,
) -> Decision:
    """About a row that was not sent, such as one that was published without review, or a study."""
    kind = find_kind(row)
    scope = (kind.get_scope(row) if kind else None) or NOWHERE
    return Decision.objects.create(
        **of_row(row),
        title=(kind.get_title(row) if kind else str(row))[:255],
        scope=scope.key,
        scope_title=scope.title[:255],
        revision=revision,
        revision_number=revision.pk if revision else None,
        act=act,
        said=said,
        changes=changes or [],
        by=by,
        by_name=str(by) if by else "",
    )


@transaction.atomic
def see_correction(*, decision_id: int, by: User) -> bool:
    """A reviewer has looked at it. False where somebody had before."""
    waiting = Decision.objects.filter(pk=decision_id, act=Act.CORRECTED, seen_at=None)
    seen = waiting.update(seen_at=timezone.now(), seen_by=by)
    if seen:
        log(Decision.objects.get(pk=decision_id), "reviews.see_correction", user=by)
    return bool(seen)
