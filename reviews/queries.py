"""Reads: which steps a row has, what was approved last, what waits for whom."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from wagtail.models import Revision

from accounts.models import User
from reviews.models import (
    OPEN,
    REVIEWED,
    WAITING,
    Act,
    Comment,
    Decision,
    Opening,
    ReviewSetting,
    State,
    Step,
    Submission,
)
from reviews.parts import Change, Part, compare
from reviews.registry import ACCREDITED, KINDS, Scope, find_kind

MAY_SEE = "reviews.view_submission"
MAY_SEND = "reviews.add_submission"
MAY_SEE_RECORD = "reviews.view_decision"
MAY_SET = "reviews.change_reviewsetting"
MAY_DECIDE = {Step.MEDICAL: "reviews.decide_medical", Step.CME: "reviews.decide_cme"}


# --- Steps --------------------------------------------------------------------------------------------


class Steps(NamedTuple):
    """Whether each is set for a scope, and whether it earns credit."""

    medical: bool
    cme: bool
    is_accredited: bool

    @property
    def needed(self) -> list[Step]:
        wanted = [(Step.MEDICAL, self.medical), (Step.CME, self.cme and self.is_accredited)]
        return [step for step, is_wanted in wanted if is_wanted]


def get_steps(scope: Scope) -> Steps:
    """Without a setting a scope has both."""
    row = ReviewSetting.objects.filter(scope=scope.key).first()
    medical, cme = (row.medical, row.cme) if row else (True, True)
    return Steps(medical, cme, is_accredited=any(earns(scope) for earns in ACCREDITED))


def needs_review(row: Any) -> bool:
    kind = find_kind(row)
    scope = kind.get_scope(row) if kind else None
    return bool(scope and get_steps(scope).needed)


def all_need_review(kind: str) -> bool:
    """Whether no scope of this kind does without the steps: then a new row of it needs review, too."""
    rows = ReviewSetting.objects.filter(Q(scope=kind) | Q(scope__startswith=f"{kind}/"))
    return not rows.filter(medical=False).exists()


# --- One row ------------------------------------------------------------------------------------------


def of_row(row: Model) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(row), "object_id": row.pk}


def get_row(submission: Submission) -> Any | None:
    model: Any = submission.content_type.model_class()
    return model._default_manager.filter(pk=submission.object_id).first() if model else None


def find_open(row: Model) -> Submission | None:
    return Submission.objects.filter(**of_row(row), state__in=OPEN).first() if row.pk else None


def get_latest(row: Model) -> Submission | None:
    return Submission.objects.filter(**of_row(row)).first()


def digest_of(revision: Revision) -> str:
    return hashlib.sha256(json.dumps(revision.content, sort_keys=True, default=str).encode()).hexdigest()


def is_passed(revision: Revision) -> bool:
    """Whether this very revision may go live: approved as it stands, or let through before, with a time to come."""
    submission = Submission.objects.filter(revision=revision, state__in=[State.APPROVED, *WAITING]).first()
    if submission is not None:
        fresh = Revision.objects.get(pk=revision.pk)
        return submission.state == State.APPROVED and submission.digest == digest_of(fresh)
    return Revision.objects.filter(pk=revision.pk, approved_go_live_at__isnull=False).exists()


def get_base(row: Any, *, counts_seen: bool = True) -> Revision | None:
    """What was approved last; else what is live. A correction counts once a reviewer has seen it."""
    reviewed = Q(act__in=REVIEWED)
    if counts_seen:
        reviewed |= Q(act=Act.CORRECTED, seen_at__isnull=False)
    decisions = Decision.objects.filter(reviewed, **of_row(row), revision__isnull=False)
    for decision in decisions.select_related("revision").order_by("-at", "-pk")[:3]:
        if decision.revision is not None:
            return decision.revision
    live: Revision | None = row.live_revision
    return live


def read(revision: Revision | None) -> list[Part]:
    """The parts of a version; none of one that is gone."""
    if revision is None:
        return []
    version = revision.as_object()
    kind = find_kind(version)
    return kind.read_parts(version) if kind else []


def get_changes(submission: Submission) -> list[Change]:
    return compare(read(submission.base), read(submission.revision))


def get_comments(submission: Submission) -> list[Comment]:
    """Its own, and of earlier rounds those that were open when it was sent. None of a later round."""
    here = {"content_type": submission.content_type_id, "object_id": submission.object_id, "answers_to": None}
    comments = Comment.objects.filter(**here).select_related("by", "resolved_by", "submission")
    was_open = Q(resolved_at=None) | Q(resolved_at__gte=submission.sent_at)
    wanted = comments.filter(Q(submission=submission) | Q(submission__lt=submission.pk) & was_open)
    return list(wanted.prefetch_related("answers__by"))


def wrote(user: User, submission: Submission) -> bool:
    revision = submission.revision
    return user.pk in {submission.sent_by_id, revision.user_id if revision else None}


# --- Lists --------------------------------------------------------------------------------------------


def get_own_steps(user: User) -> list[Step]:
    return [step for step, permission in MAY_DECIDE.items() if user.has_perm(permission)]


def get_queue(user: User) -> QuerySet[Submission]:
    """What waits for this person's decision, the oldest first; with `is_opened` and `is_own`."""
    opened = Opening.objects.filter(submission=OuterRef("pk"), user=user)
    rows = Submission.objects.filter(state__in=get_own_steps(user))
    return (
        rows.annotate(is_opened=Exists(opened))
        .select_related("sent_by", "revision", "content_type")
        .order_by("sent_at", "pk")
    )


def get_sent_by(user: User, limit: int) -> list[Submission]:
    """The last of each row that this person sent."""
    newer = Submission.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
    )
    rows = Submission.objects.filter(~Exists(newer), sent_by=user).select_related("content_type")
    return list(rows[:limit])


def get_corrections() -> QuerySet[Decision]:
    return Decision.objects.filter(act=Act.CORRECTED, seen_at=None).select_related("by").order_by("at")


def with_review(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Rows of a list, each with `review`: the state of what was sent last. No query for each."""
    last = Submission.objects.filter(
        content_type=ContentType.objects.get_for_model(rows.model), object_id=OuterRef("pk")
    ).order_by("-sent_at", "-pk")
    annotated: QuerySet[Any] = rows.annotate(review=Subquery(last.values("state")[:1]))
    return annotated


def tell_state(state: str | None, row: Any) -> str:
    """What a list says of review; empty where review has nothing to say any more."""
    is_draft = row.has_unpublished_changes or not row.live
    if state in OPEN or (state == State.CHANGES and is_draft):
        return str(State(state).label)
    return ""


def get_deciders(step: Step) -> Sequence[User]:
    """Who gets mail of what waits: by their role, and where nobody has it the administrators."""
    label, _, codename = MAY_DECIDE[step].partition(".")
    people = User.objects.filter(is_active=True, deleted_at=None)
    named = {"groups__permissions__content_type__app_label": label, "groups__permissions__codename": codename}
    by_role = list(people.filter(**named).distinct())
    return by_role or list(people.filter(is_superuser=True))


def list_kinds() -> list[type[Model]]:
    return list(KINDS)
