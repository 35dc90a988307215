"""What authors write, for the studio."""

import re
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Max, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext
from wagtail.models import Revision

from accounts.models import User
from courses.assessment.models.questions import Question, QuestionUse
from courses.writing.models import Archived, Course, Lesson, LessonRendering, Module
from reviews.queries import tell_state, with_review

# What authors write, apps above add theirs; and of each what a list does not show, and so does not fetch.
WRITTEN: dict[type[Any], list[str]] = {
    Lesson: ["body", "latest_revision__content"],
    Question: ["references", "latest_revision__content"],
    Course: ["description", "objectives", "latest_revision__content"],
    Module: [],
}


def in_brief(model: type[Any]) -> "QuerySet[Any]":
    """Rows for a list, with `is_scheduled`, `is_archived`, `review`: neither texts nor a query for each row's state."""
    rows = with_archive(with_review(with_schedule(model.objects.all())))
    return rows.select_related("latest_revision").defer(*WRITTEN[model])


def with_archive(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """With `is_archived`: of a lesson, too, whose module is."""
    found: dict[type[Any], Q] = {
        Course: Q(course=OuterRef("pk")),
        Module: Q(module=OuterRef("pk")),
        Lesson: Q(lesson=OuterRef("pk")) | Q(module=OuterRef("module")),
    }
    is_archived = Exists(Archived.objects.filter(found[rows.model])) if rows.model in found else Value(False)
    annotated: QuerySet[Any] = rows.annotate(is_archived=is_archived)
    return annotated


def with_schedule(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """With `is_scheduled`, for `get_status`."""
    scheduled = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(rows.model),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    annotated: QuerySet[Any] = rows.annotate(is_scheduled=Exists(scheduled))
    return annotated


def get_status(row: Any) -> str:
    """Where a row with `is_scheduled` stands, in words."""
    if row.latest_revision_id is None and not row.live:
        return gettext("Not written")
    if getattr(row, "is_archived", False):
        return gettext("Archived")
    if told := tell_state(getattr(row, "review", None), row):
        return gettext("Live · {review}").format(review=told) if row.live else told
    if not row.live:
        return gettext("Scheduled") if row.is_scheduled else gettext("Expired") if row.expired else gettext("Draft")
    if row.is_scheduled:
        return gettext("Live, change scheduled")
    return gettext("Live, with a draft") if row.has_unpublished_changes else gettext("Live")


def get_lessons_that_lost(question: Question) -> list[Lesson]:
    """Published lessons with a check in it that is none any more, or is taken off."""
    if question.live and question.use == QuestionUse.CHECK:
        return []
    texts = LessonRendering.objects.published().exclude(question_ids=[]).select_related("lesson")
    return [text.lesson for text in texts.defer("html", "lesson__body") if question.pk in text.question_ids]


def get_ids_in_lessons(kind: str) -> set[int]:
    """The images, videos or questions of lessons."""
    return get_ids_in_bodies(Lesson, kind)


def get_ids_in_bodies(model: type[Model], kind: str) -> set[int]:
    """The same of whatever has a body of blocks. In every revision: an older one may be published again."""
    written = Revision.objects.filter(content_type=ContentType.objects.get_for_model(model))
    # As their blocks write them. In an author's words the quotation marks are escaped.
    contents = written.values_list("content", flat=True)
    name = r'"type":\s*"question",\s*"value"' if kind == "question" else f'"{kind}"'
    found = (re.findall(rf"{name}:\s*(\d+)", content["body"]) for content in contents.iterator())
    return {int(number) for numbers in found for number in numbers}


def get_unpublished(*, limit: int) -> list[Any]:
    """What waits as a draft, the newest first. One query for each kind."""
    waiting = [
        row
        for model in WRITTEN
        for row in in_brief(model)
        .filter(has_unpublished_changes=True, latest_revision__isnull=False, is_archived=False)
        .select_related("latest_revision__user")
        .order_by("-latest_revision__created_at")[:limit]
    ]
    return sorted(waiting, key=lambda row: row.latest_revision.created_at, reverse=True)[:limit]


def get_edited_by(user: User, *, limit: int) -> list[tuple[datetime, Any]]:
    """What this author saved last, with the time. One query, and one for each kind."""
    kinds = {ContentType.objects.get_for_model(model).pk: model for model in WRITTEN}
    latest = (
        Revision.objects.filter(user=user, content_type__in=kinds)
        .values_list("content_type", "object_id")
        .annotate(at=Max("created_at"))
        .order_by("-at")[:limit]
    )
    saved = [(kinds[kind], int(pk), at) for kind, pk, at in latest]
    rows = {
        (model, row.pk): row
        for model in WRITTEN
        for row in in_brief(model).filter(pk__in=[pk for kind, pk, _ in saved if kind is model])
    }
    return [(at, rows[kind, pk]) for kind, pk, at in saved if (kind, pk) in rows]
