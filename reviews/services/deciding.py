"""What reviewers and the CME office do. What they approve is what goes live."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Revision

from accounts.models import User
from reviews import errors
from reviews.models import WAITING, Act, Opening, State, Step, Submission
from reviews.queries import MAY_DECIDE, digest_of, find_open, get_row, get_steps, wrote
from reviews.registry import find_kind
from reviews.services.mailing import tell_author, tell_deciders
from reviews.services.recording import record, record_decision
from reviews.services.sending import fall_back


def note_opening(*, submission: Submission, by: User) -> None:
    Opening.objects.get_or_create(submission=submission, user=by)


def _hold(submission_id: int, by: User) -> tuple[Submission, Step]:
    """What waits for this person. Raises NotOpen, NotYourStep."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related(
        "revision", "base", "content_type", "sent_by"
    )
    submission = rows.filter(pk=submission_id, state__in=WAITING).first()
    if submission is None or submission.step is None:
        raise errors.NotOpen
    if not by.has_perm(MAY_DECIDE[submission.step]):
        raise errors.NotYourStep
    return submission, submission.step


def approve(*, submission_id: int, said: str, by: User) -> Submission:
    """The next step, or live at once or at its time. Raises ReviewRefused."""
    submission = _approve(submission_id, said, by)
    if submission.state == State.FELL_BACK:
        raise errors.ChangedSince
    return submission


@transaction.atomic
def approve_several(*, submission_ids: Sequence[int], by: User) -> list[Submission]:
    """Each was opened by this person before; all or none. Raises ReviewRefused."""
    rows = Submission.objects.filter(pk__in=submission_ids, state__in=WAITING)
    unread = rows.exclude(openings__user=by).order_by("pk")
    if titles := list(unread.values_list("title", flat=True)):
        raise errors.NotRead(titles)
    ordered = sorted(rows.select_related("content_type"), key=_get_order)
    return [_approve(row.pk, "", by) for row in ordered]


def _get_order(submission: Submission) -> tuple[int, int]:
    """Questions before the lessons that ask them, lessons before their course."""
    row = get_row(submission)
    kind = find_kind(row) if row is not None else None
    return (kind.order if kind else 0, submission.pk)


@transaction.atomic
def _approve(submission_id: int, said: str, by: User) -> Submission:
    submission, step = _hold(submission_id, by)
    if wrote(by, submission):
        raise errors.OwnWork
    revision = submission.revision
    row = get_row(submission)
    if revision is None or row is None or digest_of(revision) != submission.digest:
        fall_back(submission, because=gettext("The version was changed after it was sent."), by=by)
        submission.refresh_from_db()
        return submission
    record_decision(act=Act.APPROVED, by=by, submission=submission, step=step, said=said)
    tell_author(submission)
    kind = find_kind(row)
    if step == Step.MEDICAL and kind and kind.sign(revision, by=by, day=timezone.localdate()):
        submission.digest = digest_of(revision)
        submission.save(update_fields=["digest"])
    _advance(submission, row, step, by)
    return submission


def _advance(submission: Submission, row: Any, step: Step, by: User) -> None:
    if step == Step.MEDICAL:
        kind = find_kind(row)
        scope = kind.get_scope(row) if kind else None
        steps = get_steps(scope) if scope else None
        if steps and Step.CME in steps.needed:
            submission.state = State.CME
            submission.save(update_fields=["state"])
            tell_deciders(Step.CME)
            return
        _record_left_out(submission, is_set=bool(steps and steps.cme))
    submission.state = State.APPROVED
    submission.save(update_fields=["state"])
    publish_approved(submission, row, by)


def _record_left_out(submission: Submission, *, is_set: bool) -> None:
    told = gettext("Nothing accredited belongs to it.")
    if not is_set:
        told = gettext("By the setting of “{scope}”.").format(scope=submission.scope_title)
    record(act=Act.LEFT_OUT, by=None, submission=submission, step=Step.CME, said=told)


def publish_approved(submission: Submission, row: Any, by: User) -> None:
    """The revision that was approved, whatever was saved meanwhile. Where it cannot go live now, it says why."""
    revision = cast(Revision, submission.revision)
    obstacle = ""
    try:
        with transaction.atomic():
            revision.publish(user=by, skip_permission_checks=True)
    except ValidationError as refused:
        obstacle = " ".join(refused.messages)
    submission.refresh_from_db(fields=["state"])
    submission.obstacle = obstacle
    submission.save(update_fields=["obstacle"])
    if submission.state == State.LIVE and by is not None:
        _publish_those_that_waited(submission, by)


def _publish_those_that_waited(live: Submission, by: User) -> None:
    """Approved rows of the same course that could not go live without what just did."""
    rows = Submission.objects.filter(state=State.APPROVED, scope=live.scope).exclude(obstacle="")
    for submission in rows.select_related("revision", "content_type", "sent_by").order_by("pk"):
        row = get_row(submission)
        submission.refresh_from_db(fields=["state"])
        if row is not None and submission.state == State.APPROVED:
            publish_approved(submission, row, by)


@transaction.atomic
def publish_again(*, submission_id: int, by: User) -> Submission:
    """What was approved and could not go live then. Raises NotOpen."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("revision", "content_type", "sent_by")
    submission = rows.filter(pk=submission_id, state=State.APPROVED).first()
    row = get_row(submission) if submission else None
    if submission is None or row is None:
        raise errors.NotOpen
    publish_approved(submission, row, by)
    return submission


@transaction.atomic
def ask_for_changes(*, submission_id: int, because: str, by: User) -> Submission:
    """It is the author's again, with the comments. Raises ReviewRefused."""
    submission, step = _hold(submission_id, by)
    record_decision(act=Act.CHANGES_ASKED, by=by, submission=submission, step=step, said=because)
    submission.state = State.CHANGES
    submission.save(update_fields=["state"])
    tell_author(submission)
    return submission


def follow_published(row: Any, revision: Revision) -> None:
    """What went live by review is recorded so; what was in review while another version went live falls back."""
    submission = find_open(row)
    if submission is None:
        return
    is_this = submission.revision_id == revision.pk and submission.state == State.APPROVED
    if is_this and row.live and row.live_revision_id == revision.pk:
        submission.state, submission.obstacle = State.LIVE, ""
        submission.save(update_fields=["state", "obstacle"])
        record(act=Act.WENT_LIVE, by=None, submission=submission)
        tell_author(submission)
    elif not is_this and row.live and row.live_revision_id == revision.pk:
        fall_back(submission, because=gettext("Another version was published meanwhile."))
