"""What learners do with the tests: answer, hand in, complete the course."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from courses.assessment import drawing
from courses.assessment.asking import freeze
from courses.assessment.errors import (
    AttemptClosed,
    FactsMissing,
    NoPreTest,
    NoQuestions,
    NoSuchChoice,
    NotReadyForPostTest,
    PreTestTaken,
    TooFewInWords,
    Unanswered,
)
from courses.assessment.marks import get_score
from courses.assessment.models.attempts import Attempt, AttemptPurpose, AttemptQuestion
from courses.assessment.queries.attempts import get_open_attempt
from courses.assessment.queries.pools import get_pool
from courses.assessment.scoring import check_answer, is_right
from courses.learning.models import Completion, LessonProgress
from courses.learning.queries.outlines import Outline
from courses.learning.services.reading import keep_that_lessons_are_completed
from courses.recall.services import collect_from_test
from courses.writing.models import Course

DEVICES_KEPT = 20
"""Of how many devices it is remembered which answer was their newest."""


AS_KEPT = object()
"""In place of an answer: the one that is kept stands."""


def start_attempt(*, user: User, outline: Outline) -> Attempt:
    """Draw and shuffle the questions, or go on with the attempt that is open.

    Raises NotReadyForPostTest while lessons are left, FactsMissing before it is known whose certificate it leads to and
    where they are, and NoQuestions where there are none to draw, or TooFewInWords.
    """
    if not outline.standing.is_post_test_open:
        raise NotReadyForPostTest
    if not user.has_credit_facts:
        raise FactsMissing
    course = outline.course
    keep_that_lessons_are_completed(user=user, course_id=course.pk)
    return _start(user=user, course=course, purpose=AttemptPurpose.POST_TEST, count=course.post_test_questions)


def start_pre_test(*, user: User, course: Course) -> Attempt:
    """Once a learner and course; as for the post-test an open one goes on. Raises NoPreTest, PreTestTaken
    and TooFewInWords."""
    if not course.pre_test_questions:
        raise NoPreTest
    if Attempt.objects.filter(user=user, course=course, purpose=AttemptPurpose.PRE_TEST).exclude(submitted_at=None):
        raise PreTestTaken
    return _start(user=user, course=course, purpose=AttemptPurpose.PRE_TEST, count=course.pre_test_questions)


def _start(*, user: User, course: Course, purpose: AttemptPurpose, count: int) -> Attempt:
    attempt = get_open_attempt(user=user, course=course, purpose=purpose)
    if attempt is not None:
        return attempt
    pool = get_pool(course, is_in_words=user.reads_in_words)
    if user.reads_in_words and len(pool) < min(count, course.count_pool()):
        raise TooFewInWords
    rng = drawing.make_rng()
    drawn = drawing.spread(pool, count, key=lambda question: question.objective_id, rng=rng)
    if not drawn:
        raise NoQuestions
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(
                user=user,
                course=course,
                purpose=purpose,
                passing_score=course.passing_score,
                is_in_words=user.reads_in_words,
            )
            AttemptQuestion.objects.bulk_create(
                AttemptQuestion(
                    attempt=attempt,
                    position=position,
                    question=question,
                    revision_id=cast(int, question.live_revision_id),  # what is live was published
                    content=freeze(question, rng),
                )
                for position, question in enumerate(drawn, start=1)
            )
    except IntegrityError:
        # The learner opened it in two tabs at once: the constraint lets one through.
        attempt = get_open_attempt(user=user, course=course, purpose=purpose)
        if attempt is None:  # and was handed in since: of pre-tests there is one
            raise PreTestTaken from None
    return attempt


@transaction.atomic
def save_answer(
    *, attempt: Attempt, position: int, answer: Any, is_unsure: bool = False, device: str = "", number: int = 0
) -> None:
    """Keep one answer, or with None take it back, and whether the learner is sure of it. Raises AttemptClosed after
    handing in, NoSuchChoice for what was not offered.

    A device numbers what it sends: of its own answers the newest stands, however late an older one arrives, or twice.
    Between devices the one that arrived last stands.
    """
    locked = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if not locked.is_open:
        raise AttemptClosed
    question = AttemptQuestion.objects.filter(attempt=locked, position=position).first()
    if question is None:
        raise NoSuchChoice
    if answer is AS_KEPT:
        answer = question.answer
    elif answer is not None:
        check_answer(question.content, answer)
    if device and not _is_newest(question, device, number):
        return
    if answer != question.answer:
        question.answered_at = timezone.now() if answer is not None else None
    question.answer, question.is_unsure = answer, is_unsure
    question.save(update_fields=["answer", "is_unsure", "answered_at", "seen"])


def _is_newest(question: AttemptQuestion, device: str, number: int) -> bool:
    """Whether this device sent nothing newer; remembers it if so."""
    others = [entry for entry in question.seen if entry[0] != device]
    if any(kept >= number for name, kept in question.seen if name == device):
        return False
    question.seen = [*others, [device, number]][-DEVICES_KEPT:]
    return True


@transaction.atomic
def submit_attempt(*, attempt: Attempt) -> Attempt:
    """Score the attempt against its own frozen pass mark; passing the post-test completes the course.

    Raises AttemptClosed the second time, Unanswered while a post-test lacks answers, and FactsMissing where it began
    before they were asked for; in a pre-test what is left open is not right.
    """
    # The learner first, as when an account is deleted; rows that point to them are written below.
    User.objects.select_for_update(no_key=True).get(pk=attempt.user_id)
    # Only the attempt: locking the course with it would make every learner of the course wait.
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("course", "user").get(pk=attempt.pk)
    if not locked.is_open:
        raise AttemptClosed
    questions = list(locked.questions.all())
    missing = [question.position for question in questions if question.answer is None]
    if missing and not locked.is_pre_test:
        raise Unanswered(missing)
    if not locked.is_pre_test and not locked.user.has_credit_facts:
        raise FactsMissing
    now = timezone.now()
    correct = _mark(questions)
    score = get_score(correct, len(questions))
    locked.score = score
    locked.submitted_at = now
    locked.save(update_fields=["score", "submitted_at"])
    if not locked.is_pre_test:
        collect_from_test(user=locked.user, questions=questions, day=now.astimezone(locked.user.zone).date())
    if locked.is_passed:
        complete_course(attempt=locked, score=score, now=now)
    return locked


def _mark(questions: list[AttemptQuestion]) -> int:
    """Keep of each answer whether it is right, in one statement. Returns how many are."""
    for question in questions:
        question.is_right = is_right(question.content, question.answer)
    AttemptQuestion.objects.bulk_update(questions, ["is_right"])
    return sum(question.is_right is True for question in questions)


def complete_course(*, attempt: Attempt, score: Decimal, now: datetime) -> bool:
    """As of this moment: of handing in, or what `date_completion` says. False where the course was completed before."""
    course: Course = attempt.course
    read = LessonProgress.objects.filter(
        user=attempt.user, lesson__module__course=course, completed_at__lte=now
    ).select_related("lesson")
    _completion, is_new = Completion.objects.get_or_create(
        user=attempt.user,
        course=course,
        defaults={
            "attempt": attempt,
            "completed_at": now,
            "completed_on": now.astimezone(attempt.user.zone).date(),
            "score": score,
            "lessons": [
                {"lesson": row.lesson_id, "title": row.lesson.title, "revision": row.revision_id} for row in read
            ],
        },
    )
    return is_new
