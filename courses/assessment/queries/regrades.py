"""Which attempts were marked by another key than the one that is published."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from wagtail.models import ModelLogEntry, Revision

from courses.assessment.asking import freeze
from courses.assessment.kinds.base import Content
from courses.assessment.marks import get_score
from courses.assessment.models.attempts import Attempt, AttemptQuestion
from courses.assessment.models.questions import Question
from courses.assessment.models.regrades import Regrade
from courses.assessment.scoring import has_other_key, is_right, mend
from courses.learning.models import Completion

ROWS_AT_ONCE = 500


class Marked(NamedTuple):
    """An answer of an attempt, and what becomes of it."""

    row: AttemptQuestion
    mended: Content
    turns_right: bool


@dataclass
class Preview:
    """What marking again would do."""

    marked: list[Marked] = field(default_factory=list)
    asked_otherwise: int = 0
    """Attempts that were asked in other words or with other choices: their marks stay."""
    passing: list[Attempt] = field(default_factory=list)

    @property
    def open(self) -> int:
        return sum(each.row.attempt.is_open for each in self.marked)

    @property
    def handed_in(self) -> int:
        return len(self.marked) - self.open

    @property
    def turning_right(self) -> int:
        return sum(each.turns_right for each in self.marked)


def freeze_key(question: Question) -> Content:
    return freeze(question, None)


def was_marked_otherwise(question: Question) -> bool:
    """Whether any attempt was, once another key is published. Most publishing changes none, and then none is read."""
    before, newer = get_version_before(question), freeze_key(question)
    mended = mend(freeze_key(before), newer) if before else None
    if before is None or (mended is not None and not has_other_key(freeze_key(before), mended)):
        return False
    return any(find_marked(question, newer, question.live_revision_id))


def get_version_before(question: Question) -> Question | None:
    """As it was published before what is published now."""
    kind = ContentType.objects.get_for_model(Question)
    entries = ModelLogEntry.objects.filter(content_type=kind, object_id=str(question.pk), action="wagtail.publish")
    earlier = entries.exclude(revision=None).exclude(revision=question.live_revision_id)
    newest = earlier.order_by("-timestamp", "-pk").values_list("revision", flat=True).first()
    revision = Revision.objects.filter(pk=newest).first() if newest else None
    return revision.as_object() if revision else None


def is_superseded(row: Regrade, newer: Content) -> bool:
    """Whether its key is not the one that is published any more. Other rationales are no other key."""
    question = Question.objects.get(pk=row.question_id)
    if question.live_revision_id == row.revision_id:
        return False
    published = mend(newer, freeze_key(question)) if question.live else None
    return published is None or has_other_key(newer, published)


def list_rows(question: Question, revision_id: int | None) -> QuerySet[AttemptQuestion]:
    """Asked with this version or an older one."""
    rows = AttemptQuestion.objects.filter(question=question).select_related("attempt")
    rows = rows.only("content", "answer", "is_right", "attempt__submitted_at")
    if revision_id is not None:
        rows = rows.filter(revision__lte=revision_id)
    return rows.order_by("attempt__submitted_at", "pk")


def find_marked(question: Question, newer: Content, revision_id: int | None) -> Iterator[Marked | None]:
    """Of every attempt with another key; None for one that was asked something else."""
    for row in list_rows(question, revision_id).iterator(ROWS_AT_ONCE):
        mended = mend(row.content, newer)
        if mended is None:
            yield None
        elif has_other_key(row.content, mended):
            turns = not row.attempt.is_open and not row.is_right and is_right(mended, row.answer)
            yield Marked(row, mended, turns)


def preview_regrade(question: Question) -> Preview:
    preview = Preview()
    for marked in find_marked(question, freeze_key(question), question.live_revision_id):
        if marked is None:
            preview.asked_otherwise += 1
        else:
            preview.marked.append(marked)
    preview.passing = find_passing([each.row.attempt for each in preview.marked if each.turns_right])
    return preview


def find_passing(attempts: list[Attempt]) -> list[Attempt]:
    """Of attempts of which one answer more is right: who would complete the course by it."""
    counted = Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).annotate(
        correct=Count("questions", filter=Q(questions__is_right=True)),
        total=Count("questions"),
        is_completed=Exists(Completion.objects.filter(user=OuterRef("user"), course=OuterRef("course"))),
    )
    found: dict[int, Attempt] = {}
    for attempt in counted.filter(is_completed=False).select_related("user").order_by("submitted_at"):
        score: Decimal = get_score(attempt.correct + 1, attempt.total)
        if not attempt.is_pre_test and score >= attempt.passing_score:
            found.setdefault(attempt.user_id, attempt)
    return list(found.values())


def list_regrades(question: Question) -> QuerySet[Regrade]:
    return (
        Regrade.objects.filter(question=question)
        .select_related("by")
        .annotate(done=Count("attempts"), completing=Count("attempts", filter=Q(attempts__completes=True)))
    )
