"""Another of the same, as a draft of its own: nothing of learners, of review or of publishing comes along."""

import json
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin

from accounts.models import User
from courses.assessment.models.questions import Question, QuestionUse
from courses.errors import LearningError
from courses.writing.arranging import put_behind
from courses.writing.models import Lesson
from courses.writing.naming import find_free_name

Row = TypeVar("Row", Lesson, Question)

STATE = (DraftStateMixin, LockableMixin, RevisionMixin)
NOT_COPIED = {"id", *(field.name for kind in STATE for field in kind._meta.fields)}
"""Where the row itself stands: published, locked, in which version."""


class NotDuplicated(LearningError):
    """Nothing was written."""


@transaction.atomic
def duplicate_lesson(*, lesson: Lesson, by: User) -> Lesson:
    """Its newest draft, behind it in its module. Its checks are duplicated with it.

    Were they the same, who has answered them in the one would have completed the other.
    """
    draft = lesson.get_latest_revision_as_object()
    copy = _copy(draft, title=_name_copy(draft.title), slug=find_free_name(Lesson, "slug", draft.slug))
    copy.is_announced = False
    copy.save()
    blocks = list(draft.body.raw_data)
    checks = Question.objects.in_bulk([block["value"] for block in blocks if block["type"] == "question"])
    others = {
        pk: duplicate_question(question=check, by=by, lesson=copy if check.lesson_id == lesson.pk else None).pk
        for pk, check in checks.items()
    }
    copy.body = json.dumps([_with_check(block, others) for block in blocks])
    copy.save()
    put_behind(copy, lesson)
    copy.refresh_from_db()
    copy.save_revision(user=by, log_action="wagtail.create", clean=False)
    return copy


def _with_check(block: dict[str, Any], others: dict[int, int]) -> dict[str, Any]:
    if block["type"] != "question":
        return dict(block)
    return {**block, "value": others.get(block["value"], block["value"])}


@transaction.atomic
def duplicate_question(*, question: Question, by: User, lesson: Lesson | None = None) -> Question:
    """Its newest draft, under a key of its own; with `lesson` it is said to be read there.

    Raises NotDuplicated for what stands for another question, which has one in words.
    """
    draft = question.get_latest_revision_as_object()
    if draft.use == QuestionUse.WORDS:
        told = gettext("It stands for “{other}”, which has one question in words: duplicate that one.")
        raise NotDuplicated(told.format(other=draft.stands_for))
    copy = _copy(draft, key=find_free_name(Question, "key", draft.key))
    if lesson is not None:
        copy.lesson = lesson
    draft.copy_all_child_relations(copy)
    copy.save()
    copy.save_revision(user=by, log_action="wagtail.create", clean=False)
    return copy


def _copy(draft: Row, **changes: Any) -> Row:
    fields = {
        field.attname: getattr(draft, field.attname)
        for field in draft._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    return type(draft)(**{**fields, **changes}, live=False)


def _name_copy(title: str) -> str:
    return gettext("{title} (copy)").format(title=title[:100])
