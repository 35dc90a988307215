"""What another app wants first: courses ask here before they open a lesson, and do not know who answers.

The getters of its text, figures, videos and checks ask, so what is written on any of them waits. The outline, search
and a learner's own notes name the lesson as open: its page says what comes first.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from courses.writing.models import Lesson


@dataclass(frozen=True)
class Obstacle:
    """What the page says instead of the lesson, and the way past it."""

    reason: str
    """A sentence for the learner."""
    act: str
    """The words on the button."""
    url: str


LESSON_OBSTACLES: list[Callable[[User | AnonymousUser, Lesson], Obstacle | None]] = []
"""Filled by apps above when they start. Asked on every request of readers who have access: one query at most."""


def find_obstacle(user: User | AnonymousUser, lesson: Lesson) -> Obstacle | None:
    """The first that stands before this lesson, if any."""
    found = (ask(user, lesson) for ask in LESSON_OBSTACLES)
    return next((obstacle for obstacle in found if obstacle is not None), None)
