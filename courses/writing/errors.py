from typing import Any

from django.utils.translation import gettext as _

from courses.errors import LearningError


class CourseLocked(LearningError):
    """What was asked for exists, and the reader must get access to the courses before it opens.

    It carries the rows for the page that says so. Their classes stand above this module, which does not know them.
    """

    def __init__(self, course: Any, lesson: Any = None) -> None:
        super().__init__(_("{course} is locked").format(course=course))
        self.course = course
        self.lesson = lesson
        self.obstacle = None


class LessonLocked(CourseLocked):
    """`obstacle` is what another app wants first, where access is not what is missing (obstacles.py)."""

    def __init__(self, lesson: Any, obstacle: Any = None) -> None:
        super().__init__(lesson.module.course, lesson)
        self.obstacle = obstacle
