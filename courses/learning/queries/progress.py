"""What a learner has done."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.learning.standing import Standing
from courses.writing.models import Course, Lesson


def get_completion(*, user: User, course: Course) -> Completion | None:
    return Completion.objects.filter(user=user, course=course).first()


@dataclass
class Study:
    """A course under way, for the dashboard."""

    course: Course
    standing: Standing
    last_lesson: Lesson | None

    @property
    def continue_with(self) -> Lesson | None:
        """Where they stopped, while it can still be opened."""
        if self.standing.is_completed or self.last_lesson is None or not self.last_lesson.live:
            return None
        return self.last_lesson


def get_studies(user: User) -> list[Study]:
    """The learner's courses, the one last seen first. Three queries."""
    live = Q(course__modules__lessons__live=True)
    enrolments = list(
        Enrolment.objects.filter(user=user, course__live=True)
        .select_related("course", "last_lesson__module__course")
        .defer("course__description", "last_lesson__body", "last_lesson__module__course__description")
        .annotate(
            published=Count("course__modules__lessons", filter=live, distinct=True),
            required=Count(
                "course__modules__lessons", filter=live & Q(course__modules__lessons__is_required=True), distinct=True
            ),
        )
        # Django drops the model's own ordering where it groups.
        .order_by("-last_seen_at")
    )
    completed = dict(
        LessonProgress.objects.filter(
            user=user, completed_at__isnull=False, lesson__live=True, lesson__is_required=True
        )
        .values_list("lesson__module__course")
        .annotate(Count("pk"))
    )
    done = set(Completion.objects.filter(user=user).values_list("course", flat=True))
    return [
        Study(
            course=row.course,
            standing=Standing(
                published=row.published,
                required=row.required,
                completed=completed.get(row.course_id, 0),
                has_completed_lessons=row.lessons_completed_at is not None,
                is_completed=row.course_id in done,
                percent_reached=row.percent_reached,
            ),
            last_lesson=row.last_lesson,
        )
        for row in enrolments
    ]
