"""What rules say of something, for the tests that ask them."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import StreamValue

from core.faults import Fault, ask, check
from courses.faults.known import Known
from courses.faults.reading import Body, LessonText
from courses.writing.models import Lesson
from guides.faults import GuideText
from guides.models import Guide

# Of a lesson that holds a body, and nothing else: what is told of the lesson as a whole is left out.
BLANK = {"title": "A lesson", "slug": "a-lesson", "summary": "Short.", "minutes": 1, "is_preview": False, "body": "[]"}


def find_in_body(body: StreamValue, model: type[Any] = Lesson) -> list[Fault]:
    """The faults of what stands in a body, of a lesson or of a guide."""
    known = Known()
    read = known.with_body(Body.read(body, body.stream_block))
    if model is Lesson:
        lesson = LessonText.read(None, {**BLANK, "module": None}, known)
        text: Any = LessonText(**{**vars(lesson), "body": read})
    else:
        text = GuideText(Guide(title="A guide", slug="a-guide", body=body), read, known)
    return [fault for fault in ask(model, text) if fault.field == "body"]


def tell_stopping(body: StreamValue, model: type[Any] = Lesson) -> list[str]:
    return [fault.told for fault in find_in_body(body, model) if fault.stops]


def codes_of(row: Any, *, stops: bool | None = None) -> list[str]:
    return [fault.code for fault in check(row) if stops in (None, fault.stops)]


def find_refused(row: Any) -> dict[str, list[str]]:
    """What would refuse to publish a row, by fields."""
    try:
        row.check_publishable()
    except ValidationError as refused:
        return dict(refused.message_dict)
    return {}
