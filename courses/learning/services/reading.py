"""What learners do with a lesson."""

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from courses.learning.errors import NoSuchPlace, NotAnswered, NotWatched
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.queries.answered import get_answered
from courses.learning.queries.watched import get_watched_videos
from courses.learning.services.statements import write_progress
from courses.learning.standing import percent_of
from courses.writing.models import Lesson, LessonRendering
from courses.writing.published import get_checks_of


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
    """The lesson is read, watched and answered, on this revision of it. It never goes back, and the first time stands.

    Raises NotAnswered while one of its checks waits for any answer, and NotWatched while too little of one of its
    videos was watched; unless the lesson was completed before that check or video came into it.
    """
    left = None if is_completed(user, text) else find_what_is_left(user, text)
    if left:
        raise left
    _complete(user, text)


def _complete(user: User, text: LessonRendering) -> None:
    # Writes the enrolment first, and so takes its row: two lessons that are completed at once see each other.
    save_position(user=user, text=text, block="")
    now = timezone.now()
    LessonProgress.objects.filter(user=user, lesson=text.lesson, completed_at=None).update(
        completed_at=now, revision_id=text.revision_id
    )
    keep_that_lessons_are_completed(user=user, course_id=text.lesson.module.course_id)


@transaction.atomic
def complete_when_done(*, user: User, text: LessonRendering) -> None:
    """A lesson with checks is completed by the last thing that was left to do in it, without its button.

    To be called after what was done is written. Of two things that are done at once the second sees the first.
    """
    if not get_checks_of(text.lesson_id):
        return
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not is_completed(user, text) and not find_what_is_left(user, text):
        _complete(user, text)


def is_completed(user: User, text: LessonRendering) -> bool:
    progress = LessonProgress.objects.filter(user=user, lesson=text.lesson_id)
    return progress.exclude(completed_at=None).exists()


def find_what_is_left(user: User, text: LessonRendering) -> NotAnswered | NotWatched | None:
    checks = get_checks_of(text.lesson_id)
    answered = get_answered(user) if checks else frozenset()
    if unanswered := [pk for pk in checks if pk not in answered]:
        return NotAnswered(len(unanswered))
    if short := [each for each in get_watched_videos(user, lesson_id=text.lesson_id) if each.left]:
        return NotWatched((each.video.title, each.left) for each in short)
    return None


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
