"""What learners do with the checks in lessons."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from courses.assessment.asking import freeze
from courses.assessment.errors import CheckChanged
from courses.assessment.kinds.base import Content
from courses.assessment.models.attempts import CheckAnswer
from courses.assessment.models.questions import Question
from courses.assessment.queries.pools import get_asked
from courses.assessment.scoring import check_answer, is_right
from courses.learning.services.reading import complete_when_done
from courses.recall.scheduling import rate
from courses.recall.services import collect_missed
from courses.writing.models import LessonRendering


def read_check(*, question: Question, revision_id: int, answer: Any, is_in_words: bool = False) -> Content:
    """The question as it was answered. Raises CheckChanged when it is another by now, NoSuchChoice for no answer.

    In words it is the counterpart that is asked, and its revision; the answer counts for the check itself.
    """
    asked = get_asked(question, is_in_words=is_in_words)
    if asked.live_revision_id != revision_id:
        raise CheckChanged
    content = freeze(asked, None)
    check_answer(content, answer)
    return content


@transaction.atomic
def answer_check(
    *, user: User, text: LessonRendering, question: Question, revision_id: int, answer: Any, is_unsure: bool = False
) -> CheckAnswer:
    """Keep the answer; it may be the last thing that was left to do in the lesson. Raises as `read_check`."""
    # The learner first, as when a test is handed in; rows that point to them are written below.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    kept = save_check_answer(
        user=user,
        question=question,
        revision_id=revision_id,
        answer=answer,
        is_unsure=is_unsure,
        # A step of a case asks about the pictures that stand above it, which recall does not show.
        comes_back=not text.lesson.is_stepwise,
    )
    complete_when_done(user=user, text=text)
    return kept


@transaction.atomic
def save_check_answer(
    *, user: User, question: Question, revision_id: int, answer: Any, is_unsure: bool = False, comes_back: bool = True
) -> CheckAnswer:
    """Keep the newest answer, and take into recall what was missed, if it `comes_back`; raises as `read_check`."""
    content = read_check(question=question, revision_id=revision_id, answer=answer, is_in_words=user.reads_in_words)
    now = timezone.now()
    right = is_right(content, answer)
    fields = {
        "revision_id": revision_id,
        "content": content,
        "answer": answer,
        "is_right": right,
        "is_unsure": is_unsure,
        "answered_at": now,
    }
    kept, is_new = CheckAnswer.objects.get_or_create(user=user, question=question, defaults=fields)
    if not is_new:
        CheckAnswer.objects.filter(pk=kept.pk).update(**fields, times=F("times") + 1)
        kept.refresh_from_db()
    if comes_back and (is_unsure or not right):
        rating = rate(is_right=right, is_unsure=is_unsure)
        collect_missed(user=user, ratings=[(question.pk, rating)], day=now.astimezone(user.zone).date())
    return kept
