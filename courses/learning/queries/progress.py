"""What a learner has done."""

from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from courses.learning.models import Completion
from courses.learning.standing import Standing
from courses.writing.models import Course, Lesson
from courses.writing.published import Shelved, get_shelf


def get_completion(*, user: User, course: Course) -> Completion | None:
    return Completion.objects.filter(user=user, course=course).first()


@dataclass
class Study:
    """A course under way, for the dashboard."""

    course: Course
    standing: Standing
    last_lesson: Lesson | None
    """Unless it was taken off since."""

    @property
    def continue_with(self) -> Lesson | None:
        """Where they stopped, while it can still be opened."""
        return None if self.standing.is_completed else self.last_lesson


# By hand: the dashboard asks them, and the ORM takes longer to put them together than the database to answer.
STUDIES = """
SELECT enrolment.course_id, enrolment.last_lesson_id, enrolment.lessons_completed_at, enrolment.percent_reached,
    completion.id
FROM courses_enrolment enrolment
LEFT JOIN courses_completion completion
    ON completion.user_id = enrolment.user_id AND completion.course_id = enrolment.course_id
WHERE enrolment.user_id = %s
ORDER BY enrolment.last_seen_at DESC"""
COMPLETED = "SELECT lesson_id FROM courses_lessonprogress WHERE user_id = %s AND completed_at IS NOT NULL"


def get_studies(user: User) -> list[Study]:
    """The learner's courses, the one last seen first. Two queries, beside those for what is published."""
    shelf = get_shelf()
    with connection.cursor() as cursor:
        cursor.execute(STUDIES, [user.pk])
        enrolments = cursor.fetchall()
        cursor.execute(COMPLETED, [user.pk])
        completed = {lesson_id for (lesson_id,) in cursor.fetchall()}
    return [_study(shelf[course_id], completed, *facts) for course_id, *facts in enrolments if course_id in shelf]


def _study(
    shelved: Shelved,
    completed: set[int],
    last_lesson_id: int | None,
    lessons_completed_at: object,
    percent_reached: int,
    completion_id: int | None,
) -> Study:
    required = {pk for pk, lesson in shelved.lessons.items() if lesson.is_required}
    standing = Standing(
        published=len(shelved.lessons),
        required=len(required),
        completed=len(required & completed),
        has_completed_lessons=lessons_completed_at is not None,
        is_completed=completion_id is not None,
        percent_reached=percent_reached,
    )
    last_lesson = shelved.lessons.get(last_lesson_id) if last_lesson_id is not None else None
    return Study(shelved.course, standing, last_lesson)
