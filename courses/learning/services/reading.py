"""What learners do with a lesson."""

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from courses.learning.errors import NoSuchPlace, NotWatched
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.queries.watched import get_watched_videos
from courses.learning.services.statements import write_progress
from courses.learning.standing import percent_of
from courses.writing.models import Lesson, LessonRendering


def has_place(text: LessonRendering, block: str) -> bool:
    return f'id="b-{block}"' in text.html


def save_position(*, user: User, text: LessonRendering, block: str) -> None:
    """Remember where the learner is, on the server, for any device. One statement on PostgreSQL.

    Raises NoSuchPlace for a block that is not in this text.
    """
    if block and not has_place(text, block):
        raise NoSuchPlace
    write_progress(user_id=user.pk, text=text, block=block, now=timezone.now())


@transaction.atomic
def complete_lesson(*, user: User, text: LessonRendering) -> None:
    """The lesson is read and watched, on this revision of it. It never goes back, and the first time stands.

    Raises NotWatched while too little of one of its videos was watched, unless the lesson was completed before that
    video came into it.
    """
    lesson = text.lesson
    done = LessonProgress.objects.filter(user=user, lesson=lesson, completed_at__isnull=False).exists()
    short = [] if done else [each for each in get_watched_videos(user, lesson_id=lesson.pk) if each.left]
    if short:
        raise NotWatched((each.video.title, each.left) for each in short)
    # Writes the enrolment first, and so takes its row: two lessons that are completed at once see each other.
    save_position(user=user, text=text, block="")
    now = timezone.now()
    LessonProgress.objects.filter(user=user, lesson=lesson, completed_at=None).update(
        completed_at=now, revision_id=text.revision_id
    )
    keep_that_lessons_are_completed(user=user, course_id=lesson.module.course_id)


def keep_that_lessons_are_completed(*, user: User, course_id: int) -> None:
    """How far the learner has come, and once no required lesson is left, when: lessons that come later change neither.

    Only by what the learner does. An author who takes a course off and publishes it again lesson by lesson would
    otherwise complete the lessons of everybody who has read the first.
    """
    completed = LessonProgress.objects.filter(user=user, completed_at__isnull=False).values("lesson")
    required = Lesson.objects.filter(module__course=course_id, live=True, is_required=True)
    count = required.aggregate(all=Count("pk"), done=Count("pk", filter=Q(pk__in=completed)))
    enrolment = Enrolment.objects.filter(user=user, course=course_id)
    if count["done"] == count["all"]:
        enrolment.filter(lessons_completed_at=None).update(lessons_completed_at=timezone.now())
        return
    percent = percent_of(count["done"], count["all"])
    enrolment.filter(percent_reached__lt=percent).update(percent_reached=percent)
