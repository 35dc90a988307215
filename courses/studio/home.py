"""Each course on the studio's home: where it stands, what it lacks, and the way to its outline."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from wagtail.admin.ui.components import Component

from courses.studio.outlining import count_questions, get_title
from courses.studio.queries import get_status, in_brief
from courses.writing.archiving import LESSON_IN_USE
from courses.writing.models import Course, Lesson

MAY_ARRANGE = ("courses.change_lesson", "courses.change_module")


@dataclass(frozen=True)
class CourseInBrief:
    title: str
    status: str
    address: str
    """Of its outline."""
    never_published: int
    """Lessons; and so are those that have a draft."""
    changed: int
    is_archived: bool
    untested: int
    """Objectives that lack a published check or question."""

    @property
    def missing(self) -> int:
        return self.never_published + self.changed + self.untested


def get_courses_in_brief() -> list[CourseInBrief]:
    """In the order of the catalogue; three queries, however many there are."""
    rows = in_brief(Course).order_by("position", "title")
    lessons = _count_lessons()
    untested: dict[int, int] = {}
    for course, objective in count_questions():
        untested[course] = untested.get(course, 0) + objective.is_missing
    return [
        CourseInBrief(
            title=get_title(row),
            status=get_status(row),
            address=reverse("course_outline", args=[row.pk]),
            never_published=lessons.get(row.pk, (0, 0))[0],
            changed=lessons.get(row.pk, (0, 0))[1],
            is_archived=row.is_archived,
            untested=untested.get(row.pk, 0),
        )
        for row in rows
    ]


def _count_lessons() -> dict[int, tuple[int, int]]:
    counted = (
        Lesson.objects.filter(LESSON_IN_USE, module__isnull=False)
        .order_by()
        .values("module__course")
        .annotate(
            never=Count("pk", filter=Q(live=False)),
            changed=Count("pk", filter=Q(live=True, has_unpublished_changes=True)),
        )
    )
    return {row["module__course"]: (row["never"], row["changed"]) for row in counted}


class CoursesPanel(Component):
    order = 90
    template_name = "courses/studio/home.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        if not user.has_perms(MAY_ARRANGE):
            return {"is_author": False}
        courses = get_courses_in_brief()
        return {
            "is_author": True,
            "courses": [course for course in courses if not course.is_archived],
            "archived": [course for course in courses if course.is_archived],
            "may_add": user.has_perm("courses.add_course"),
        }
