"""A wrong key is mended backwards: attempts are marked again, and nothing is taken from anybody (decision 66).

An answer that was right stays right. Whoever passes now has completed the course on the day of handing in, or today
where that day was too early for credit.
"""

from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mail.services import queue_mail
from accounts.models import User
from core.deadlocks import again_after_deadlock
from core.enqueue import enqueue
from courses.assessment.completing import date_completion
from courses.assessment.errors import NothingToRegrade
from courses.assessment.kinds.base import Content
from courses.assessment.marks import get_score
from courses.assessment.models.attempts import Attempt, AttemptQuestion
from courses.assessment.models.questions import Question
from courses.assessment.models.regrades import Regrade, RegradedAttempt, RegradeState
from courses.assessment.queries.regrades import find_marked, freeze_key, is_superseded
from courses.assessment.scoring import MENDED, has_other_key, is_right, mend
from courses.assessment.services.attempts import complete_course

LEASE = timedelta(minutes=5)
TEST_PASSED = "test-passed"
"""The kind of mail to whoever passes now."""


def start_regrade(*, question: Question, because: str, by: User) -> Regrade:
    """Have a worker mark all attempts by the key of the published version. Raises NothingToRegrade."""
    total = sum(marked is not None for marked in find_marked(question, freeze_key(question), question.live_revision_id))
    revision = question.live_revision
    if not question.live or revision is None or not total:
        raise NothingToRegrade
    try:
        with transaction.atomic():
            regrade = Regrade.objects.create(
                question=question,
                revision=revision,
                because=because,
                by=by,
                total=total,
                lease_until=timezone.now() + LEASE,
            )
            log(question, "courses.regrade", user=by, data={"because": because, "attempts": total})
            enqueue("courses.assessment.tasks.regrade", regrade.pk)
    except IntegrityError as error:  # the constraint lets one through at a time
        raise NothingToRegrade from error
    return regrade


def regrade(*, pk: int) -> None:
    """Each attempt in a transaction of its own. Begun again it goes on where it ended; twice is once.

    It ends early once another key is published: the older one marks nothing any more.
    """
    row = Regrade.objects.select_related("question", "revision").filter(pk=pk, state=RegradeState.WAITING).first()
    if row is None:
        return
    newer = freeze_key(row.revision.as_object())
    # Read to its end before the first is written: a transaction ends what is read piece by piece.
    waiting = [marked.row.pk for marked in find_marked(row.question, newer, row.revision_id) if marked is not None]
    for answer_id in waiting:
        again_after_deadlock(partial(_mark_again, row, answer_id, newer))
        Regrade.objects.filter(pk=pk).update(lease_until=timezone.now() + LEASE)
    if not is_superseded(row, newer) and any(find_marked(row.question, newer, row.revision_id)):
        return  # accounts that were merged meanwhile, for the sweep
    Regrade.objects.filter(pk=pk).update(state=RegradeState.DONE, lease_until=None)


@transaction.atomic
def _mark_again(row: Regrade, answer_id: int, newer: Content) -> None:
    """The learner first and then the attempt, as when a test is handed in."""
    found = AttemptQuestion.objects.filter(pk=answer_id).values_list("attempt_id", "attempt__user_id").first()
    if found is None:  # the account was deleted meanwhile
        return
    attempt_id, user_id = found
    User.objects.select_for_update(no_key=True).get(pk=user_id)
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("course", "user")
    attempt = attempts.filter(pk=attempt_id).first()
    if attempt is None or attempt.user_id != user_id:
        return  # merged into another account meanwhile
    answer = AttemptQuestion.objects.get(pk=answer_id)
    if answer.revision_id > row.revision_id or is_superseded(row, newer):
        return
    mended = mend(answer.content, newer)
    if mended is None or not has_other_key(answer.content, mended):
        return
    _keep(row, attempt, answer, mended)


def _keep(row: Regrade, attempt: Attempt, answer: AttemptQuestion, mended: Content) -> None:
    kept = RegradedAttempt(
        regrade=row,
        attempt=attempt,
        content_before=answer.content,
        was_right=answer.is_right,
        score_before=attempt.score,
    )
    if not attempt.is_open:
        mended = {**mended, MENDED: answer.is_right is True}
        answer.is_right = is_right(mended, answer.answer)
    answer.content = mended
    answer.save(update_fields=["content", "is_right"])
    if attempt.submitted_at is not None and attempt.score is not None:
        questions = attempt.questions.values_list("is_right", flat=True)
        attempt.score = max(attempt.score, get_score(sum(right is True for right in questions), len(questions)))
        attempt.save(update_fields=["score"])
        completed_at = date_completion(attempt, submitted_at=attempt.submitted_at, now=timezone.now())
        if attempt.is_passed and complete_course(attempt=attempt, score=attempt.score, now=completed_at):
            kept.completes = True
            _tell(attempt)
    kept.is_right, kept.score_after = answer.is_right, attempt.score
    kept.save()


def _tell(attempt: Attempt) -> None:
    """One mail, however often: kind and reference name it."""
    queue_mail(kind=TEST_PASSED, reference=str(attempt.pk), to=attempt.user.email, user=attempt.user)


def sweep_regrades() -> list[int]:
    """Whose message or worker was lost."""
    left = Regrade.objects.filter(state=RegradeState.WAITING, lease_until__lt=timezone.now())
    return list(left.values_list("pk", flat=True))
