"""What learners do in recall. Nothing here touches attempts, scores or credit."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from courses.assessment.errors import CheckChanged
from courses.assessment.models.attempts import AttemptQuestion
from courses.assessment.scoring import check_answer, is_right
from courses.recall.errors import AnsweredAlready, NotInRecall
from courses.recall.models import RecallAnswer, RecallCard
from courses.recall.queries import ask, get_open_cards, get_question
from courses.recall.scheduling import Memory, rate, remember


@transaction.atomic
def collect_missed(*, user: User, ratings: Iterable[tuple[int, int]], day: date) -> None:
    """Take into recall what was missed or unsure on that day: ids of questions, each with its rating.

    May be told the same again: of a day only a worse rating than the last changes a card.
    """
    # In one order, so that two that collect at once do not wait for each other.
    for question_id, rating in sorted(ratings):
        first = remember(None, rating=rating, day=day)
        card, is_new = RecallCard.objects.select_for_update(of=("self",)).get_or_create(
            user=user, question_id=question_id, defaults=_fields(first)
        )
        if not is_new and (day, -rating) > (card.rated_on, -card.rating):
            _keep(card, remember(card.memory, rating=rating, day=day))


def collect_from_test(*, user: User, questions: Iterable[AttemptQuestion], day: date) -> None:
    """From a post-test that is being handed in. A pre-test asks what was not taught yet: nothing of it was missed."""
    missed = [row for row in questions if row.is_unsure or not row.is_right]
    collect_missed(
        user=user,
        ratings=[(row.question_id, rate(is_right=row.is_right is True, is_unsure=row.is_unsure)) for row in missed],
        day=day,
    )


@transaction.atomic
def answer_recall(
    *, user: User, card_id: int, number: int, revision_id: int, answer: Any, is_unsure: bool = False
) -> RecallAnswer:
    """Keep the answer and say when the question comes again.

    `number` and `revision_id` are of what was asked. Raises NotInRecall, AnsweredAlready, CheckChanged when the
    question is another by now, and NoSuchChoice for no answer.
    """
    card = get_open_cards(user).select_for_update(of=("self",)).filter(pk=card_id).first()
    if card is None:
        raise NotInRecall
    if before := card.answers.filter(number=number).first():
        raise AnsweredAlready(before.pk)
    now = timezone.now()
    day = now.astimezone(user.zone).date()
    if number != card.reviews + 1 or card.due_on > day:
        raise NotInRecall
    if get_question(card, is_in_words=user.reads_in_words).live_revision_id != revision_id:
        raise CheckChanged
    content = ask(card, is_in_words=user.reads_in_words)
    check_answer(content, answer)
    right = is_right(content, answer)
    rating = rate(is_right=right, is_unsure=is_unsure)
    card.reviews = number
    _keep(card, remember(card.memory, rating=rating, day=day))
    return RecallAnswer.objects.create(
        card=card,
        number=number,
        revision_id=revision_id,
        content=content,
        answer=answer,
        is_right=right,
        is_unsure=is_unsure,
        rating=rating,
        answered_on=day,
        answered_at=now,
    )


def _fields(memory: Memory) -> dict[str, Any]:
    return {
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "rating": memory.rating,
        "rated_on": memory.rated_on,
        "due_on": memory.due_on,
        "learned_on": memory.rated_on if memory.is_learned_well else None,
    }


def _keep(card: RecallCard, memory: Memory) -> None:
    fields = _fields(memory)
    for name, value in fields.items():
        setattr(card, name, value)
    card.save(update_fields=[*fields, "reviews"])
