"""A new course begins with its parts in place, each with what is to be written there."""

import json
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.models import User
from courses.errors import LearningError
from courses.writing.arranging import add_module
from courses.writing.models import Lesson, Module
from courses.writing.naming import find_free_name

MARK = "[?]"
"""Whatever begins with it is still to be written: nothing that has it is published."""


class AlreadyBegun(LearningError):
    """The course has modules. Nothing was written."""


def list_objectives() -> str:
    """Lines of the course's own field."""
    return "\n".join(
        f"{MARK} {told}"
        for told in (
            gettext("What will they be able to do? Begin with a verb that can be tested: name, choose, measure"),
            gettext("One objective a line; two to five are usual"),
        )
    )


@transaction.atomic
def begin_course(*, course_id: int, by: User) -> Lesson:
    """A first module with a lesson, both as drafts. Raises AlreadyBegun."""
    if Module.objects.filter(course=course_id).exists():
        raise AlreadyBegun(gettext("The course has modules already."))
    module = add_module(course_id=course_id, title=gettext("First module"), by=by)
    lesson = Lesson(module=module, title=gettext("First lesson"), live=False, body=json.dumps(make_body()))
    lesson.slug = find_free_name(Lesson, "slug", f"{module.course.slug[:36]}-{slugify(lesson.title)}")
    lesson.full_clean()
    lesson.save()
    lesson.save_revision(user=by, log_action="wagtail.create", clean=False)
    return lesson


def make_body() -> list[dict[str, Any]]:
    """In the order of docs/authoring.md, with the heading that the window of a lesson shows (decision 51)."""
    opening = gettext("What a learner can do after this lesson, one a line")
    figure = gettext("In place of this line put a figure: the one that makes a stranger want the rest")
    heading, text = gettext("The first heading"), gettext("Two or three short paragraphs, then a question as a check")
    points, point = gettext("Points"), gettext("What is to be remembered, in one sentence")
    reference = gettext("Authors, title, journal, year, and a DOI, a PubMed number or an address")
    return [
        _block("text", f"<h2>What you will be able to do</h2><ul><li>{MARK} {opening}</li></ul>"),
        _block("text", f"<p>{MARK} {figure}</p>"),
        _block("text", f"<h2>{MARK} {heading}</h2><p>{MARK} {text}</p>"),
        _block("text", f"<h2>{points}</h2><ul><li>{MARK} {point}</li></ul>"),
        _block("references", {"references": [f"{MARK} {reference}"]}),
    ]


def _block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid4())}
