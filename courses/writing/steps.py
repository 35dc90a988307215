"""Lessons that open step by step, such as a worked case: what stands after a check comes once it is answered
(decision 62). What is not open yet leaves the server in no page and as no picture.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from accounts.models import User
from courses.assessment.models.attempts import CheckAnswer
from courses.writing.models import LessonRendering
from courses.writing.published import get_checks_of
from courses.writing.rendering import SECTION

CHECK = re.compile(r"/checks/\d+/(\d+)/")
PLAYER = re.compile(r'\bdata-video="(\d+)"')
FIGURE = re.compile(r"/figures/\d+/(\d+)/")


class Step(NamedTuple):
    """What opens at once: up to a check that is asked, with it, or up to the end."""

    html: str
    check: int
    """The key of the question that closes it; 0 for the last one, which ends the lesson."""


def split_steps(text: LessonRendering) -> list[Step]:
    """A check that was taken off closes nothing."""
    return split_at(text.html, get_checks_of(text.lesson_id))


def split_at(html: str, asked: Collection[int]) -> list[Step]:
    """HTML of a lesson cut after each check that is asked."""
    steps: list[Step] = []
    parts: list[str] = []
    for section in SECTION.finditer(html):
        parts.append(section[0])
        found = CHECK.search(section[2]) if section[1] == "question" else None
        if found and int(found[1]) in asked:
            steps.append(Step("\n".join(parts), int(found[1])))
            parts = []
    return [*steps, Step("\n".join(parts), 0)]


def get_open_steps(text: LessonRendering, answered: Collection[int]) -> list[Step]:
    """All that are answered in a row, and the one to answer; for a lesson that is no case there is one step."""
    return list(open_in_a_row(split_steps(text), answered))


def open_in_a_row(steps: list[Step], answered: Collection[int]) -> Iterator[Step]:
    for step in steps:
        yield step
        if step.check not in answered:
            return


def get_open_steps_for(user: object, text: LessonRendering) -> list[Step]:
    """One query."""
    keys: Collection[int] = ()
    if isinstance(user, User):
        answers = CheckAnswer.objects.filter(user=user, question__in=text.question_ids)
        keys = set(answers.values_list("question", flat=True))
    return get_open_steps(text, keys)


def get_open_html(user: object, text: LessonRendering) -> str:
    """What this reader may know of the text. One query where it opens step by step."""
    if not text.lesson.is_stepwise:
        return text.html
    return "\n".join(step.html for step in get_open_steps_for(user, text))


def is_picture_open(user: object, text: LessonRendering, image_id: int) -> bool:
    if not text.lesson.is_stepwise:
        return image_id in text.image_ids
    return image_id in {int(key) for key in FIGURE.findall(get_open_html(user, text))}


def is_video_open(user: object, text: LessonRendering, video_id: int) -> bool:
    if not text.lesson.is_stepwise:
        return video_id in text.video_ids
    return video_id in {int(key) for key in PLAYER.findall(get_open_html(user, text))}
