"""What authors do: send a draft, several at once, and take it back."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Revision

from accounts.models import User
from reviews import errors
from reviews.models import OPEN, Act, State, Step, Submission
from reviews.queries import digest_of, find_open, get_base, get_steps, of_row
from reviews.registry import find_kind
from reviews.services.mailing import tell_author, tell_deciders
from reviews.services.recording import record


def hold(row: Any) -> Any:
    """The row, locked until the transaction ends."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def explain_unpublishable(revision: Revision) -> list[str]:
    """What the draft lacks, in sentences."""
    version = cast(Any, revision.as_object())
    kind = find_kind(version)
    try:
        if kind:
            kind.check(version)
    except ValidationError as refused:
        return list(dict.fromkeys(refused.messages))
    return []


def find_refusal(row: Any) -> errors.ReviewRefused | None:
    """Why this draft cannot be sent now."""
    kind = find_kind(row)
    scope = kind.get_scope(row) if kind else None
    if (row.live and not row.has_unpublished_changes) or row.latest_revision_id is None:
        return errors.NothingToSend()
    if find_open(row):
        return errors.InReview()
    if faults := explain_unpublishable(row.latest_revision):
        return errors.NotPublishable(" ".join(faults))
    if scope is None or not get_steps(scope).needed:
        return errors.NoReviewNeeded()
    return None


@transaction.atomic
def send(*, rows: Sequence[Any], note: str, by: User) -> list[Submission]:
    """The present drafts, together. Raises ReviewRefused, and then nothing was sent."""
    batch = uuid.uuid4()
    sent = [_send(hold(row), note=note, by=by, batch=batch) for row in rows]
    for step in {submission.step for submission in sent if submission.step}:
        tell_deciders(step)
    return sent


def _send(row: Any, *, note: str, by: User, batch: uuid.UUID) -> Submission:
    if refusal := find_refusal(row):
        raise refusal
    kind = find_kind(row)
    scope = kind.get_scope(row) if kind else None
    if kind is None or scope is None:
        raise errors.NoReviewNeeded
    revision = row.latest_revision
    steps = get_steps(scope)
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                **of_row(row),
                title=kind.get_title(revision.as_object())[:255],
                scope=scope.key,
                scope_title=scope.title[:255],
                revision=revision,
                digest=digest_of(revision),
                base=get_base(row, counts_seen=False),
                batch=batch,
                note=note,
                state=State(steps.needed[0]),
                sent_by=by,
            )
    except IntegrityError as error:  # the constraint lets one through at a time
        raise errors.InReview from error
    record(act=Act.SENT, by=by, submission=submission, said=note)
    if not steps.medical:
        told = gettext("By the setting of “{scope}”.").format(scope=scope.title)
        record(act=Act.LEFT_OUT, by=None, submission=submission, step=Step.MEDICAL, said=told)
    log(row, "reviews.send", user=by, revision=revision, data={"note": note})
    return submission


@transaction.atomic
def withdraw(*, submission_id: int, by: User) -> Submission:
    """The author edits again. What was scheduled is not any more. Raises NotOpen."""
    submission = take_back(submission_id, state=State.WITHDRAWN)
    record(act=Act.WITHDRAWN, by=by, submission=submission)
    return submission


def take_back(submission_id: int, *, state: State) -> Submission:
    """Closes what is open. Raises NotOpen."""
    submission = Submission.objects.select_for_update().filter(pk=submission_id, state__in=OPEN).first()
    if submission is None:
        raise errors.NotOpen
    submission.state, submission.obstacle = state, ""
    submission.save(update_fields=["state", "obstacle"])
    if submission.revision_id is not None:
        Revision.objects.filter(pk=submission.revision_id).update(approved_go_live_at=None)
    return submission


def fall_back(submission: Submission, *, because: str, by: User | None = None) -> None:
    """It is the author's again, who hears why; whoever decided on it finds it in the record."""
    take_back(submission.pk, state=State.FELL_BACK)
    record(act=Act.FELL_BACK, by=by, submission=submission, said=because)
    tell_author(submission)
