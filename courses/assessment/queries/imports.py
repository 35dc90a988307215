"""Files of questions that came in, and what goes out as one."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.caching import pages
from courses.assessment.errors import NotUnderstood
from courses.assessment.formats import Format
from courses.assessment.formats.neutral import Given
from courses.assessment.formats.words import AS_HTML, read_marked, tidy
from courses.assessment.kinds import get_kind
from courses.assessment.models.imports import QuestionImport
from courses.assessment.models.questions import Question
from courses.writing.models import Course

SHOWN = 50
"""Imports in the list."""


def list_imports() -> QuerySet[QuestionImport]:
    newest = QuestionImport.objects.select_related("course", "by").defer("questions", "lines", "made")
    return newest.defer("course__description")[:SHOWN]


def get_import(pk: int) -> QuestionImport:
    return get_object_or_404(QuestionImport.objects.select_related("course", "by"), pk=pk)


def get_written(row: QuestionImport) -> int:
    """How many questions are written by now."""
    return int(pages.get(row.progress_key, 0)) if row.is_under_way else len(row.made)


class WrittenOut(NamedTuple):
    given: list[Given]
    left: list[tuple[Question, str]]
    """What no file of this format can say, and why."""


def write_out(course: Course, form: Format) -> WrittenOut:
    """The newest version of each question, published or not."""
    written = WrittenOut([], [])
    rows = Question.objects.filter(course=course).select_related("latest_revision").prefetch_related("choices")
    for row in rows.order_by("key"):
        revision = row.latest_revision
        # Without asking for each thing that it names whether it is still there.
        newest = Question.from_serializable_data(revision.content, check_fks=False) if revision else None
        try:
            written.given.append(_to_given(newest or row, form))
        except NotUnderstood as error:
            written.left.append((row, str(error)))
    return written


def _to_given(question: Question, form: Format) -> Given:
    body = get_kind(question.kind).write_out(question)
    if question.image_id is not None:
        raise NotUnderstood(_("It shows a picture, which these files do not bring."))
    given = Given(question.key, read_marked(question.stem, AS_HTML), body, tidy(question.rationale))
    if told := form.find_lost(given):
        raise NotUnderstood(told)
    return given
