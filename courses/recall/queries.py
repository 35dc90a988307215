"""What is due for recall. The getters carry the permission."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from courses.assessment.asking import freeze
from courses.assessment.kinds.base import Content
from courses.assessment.models.questions import Question, QuestionUse
from courses.assessment.pictures import freeze_fresh
from courses.assessment.queries.checks import get_ids_of_open_checks
from courses.assessment.queries.explanations import QUESTION_IS_TOLD, question_told_to
from courses.assessment.queries.pools import get_asked
from courses.recall.models import RecallAnswer, RecallCard
from courses.writing.queries import may_open_everything

DAILY = 15
"""Questions a day, unless the learner asks for more."""
SECONDS_EACH = 45
"""What a question takes, by our estimate: to read, to answer, and to read why. The page says so."""


@dataclass(frozen=True)
class Recall:
    """A learner's recall as of today."""

    due: int
    done_today: int
    closed: int
    """In recall, but not open to this learner now."""
    after_test: int
    """Of a post-test that is not passed yet: asked and explained here, the next attempt would be an open book."""
    learned: int
    by_day: dict[date, int]
    """Of what is open: how many come due on which day; what is overdue counts as today."""

    @property
    def todo(self) -> int:
        """What is left of today's share."""
        return min(self.due, max(0, DAILY - self.done_today))

    @property
    def share(self) -> int:
        return self.done_today + self.todo

    @property
    def minutes(self) -> int:
        return minutes_for(self.todo)

    @property
    def next_on(self) -> date | None:
        return min(self.by_day, default=None)

    @property
    def in_recall(self) -> int:
        return sum(self.by_day.values())

    @property
    def is_empty(self) -> bool:
        return not (self.by_day or self.closed or self.after_test or self.learned)


def minutes_for(count: int) -> int:
    return -(-count * SECONDS_EACH // 60)


def get_today(user: User, now: datetime) -> date:
    return now.astimezone(user.zone).date()


def get_published_cards(user: User) -> QuerySet[RecallCard]:
    """What rests is not in recall, and what was withdrawn waits."""
    return RecallCard.objects.filter(user=user, learned_on=None, question__live=True, question__course__live=True)


def get_cards(user: User) -> QuerySet[RecallCard]:
    """Whatever is in recall: published, and not waiting for the post-test to be passed."""
    return get_published_cards(user).filter(question_told_to(user))


def get_open_cards(user: User) -> QuerySet[RecallCard]:
    """Of these the ones that this learner may be asked, by the decision on lessons: without access the checks of
    lessons that are open to everyone."""
    cards = get_cards(user)
    if may_open_everything(user):
        return cards
    return cards.filter(question__use=QuestionUse.CHECK, question__in=get_ids_of_open_checks())


# `get_cards` by hand, for every visit of the dashboard asks it; a test compares them.
DUE = f"""
SELECT COUNT(*) FROM courses_reviewcard card
JOIN courses_question question ON question.id = card.question_id AND question.live
JOIN courses_course course ON course.id = question.course_id AND course.live
WHERE card.user_id = %s AND card.learned_on IS NULL AND card.due_on <= %s AND ({QUESTION_IS_TOLD})"""  # noqa: S608


def count_due(user: User, today: date) -> int:
    if not may_open_everything(user):
        return get_open_cards(user).filter(due_on__lte=today).count()
    with connection.cursor() as cursor:
        cursor.execute(DUE, [user.pk, connection.ops.adapt_datefield_value(today), user.pk])
        return int(cursor.fetchone()[0])


def get_recall(user: User, today: date) -> Recall:
    """Five queries, two more without access."""
    by_day = Counter(max(day, today) for day in get_open_cards(user).values_list("due_on", flat=True))
    is_everything_open = may_open_everything(user)
    return Recall(
        due=by_day[today],
        done_today=RecallAnswer.objects.filter(card__user=user, answered_on=today).count(),
        closed=0 if is_everything_open else get_cards(user).count() - by_day.total(),
        after_test=get_published_cards(user).exclude(question_told_to(user)).count(),
        learned=RecallCard.objects.filter(user=user).exclude(learned_on=None).count(),
        by_day=dict(by_day),
    )


def get_next_card(user: User, today: date) -> RecallCard | None:
    """The one that has waited longest."""
    due = get_open_cards(user).filter(due_on__lte=today).select_related("question__objective", "question__image")
    return due.prefetch_related("question__choices", "question__regions").first()


def get_asked_card(user: User, card_id: int) -> RecallCard | None:
    """Of what this learner may be asked, due or not: who sends an answer twice is told so by the service."""
    return get_open_cards(user).select_related("question").filter(pk=card_id).first()


def get_recall_answer_for(user: User, answer_id: int) -> RecallAnswer:
    """The learner's own; another's is not there (404), nor what the learner may no longer open or is not told yet."""
    answers = RecallAnswer.objects.filter(pk=answer_id, card__user=user)
    answer = answers.select_related("card__question__lesson__module__course").first()
    if answer is None or not RecallCard.objects.filter(question_told_to(user), pk=answer.card_id).exists():
        raise Http404("There is no such answer.")
    question = answer.card.question
    if may_open_everything(user) or question.pk in get_ids_of_open_checks():
        return answer
    raise Http404("There is no such answer.")


def get_question(card: RecallCard, *, is_in_words: bool) -> Question:
    """What the card asks."""
    return get_asked(card.question, is_in_words=is_in_words)


def ask(card: RecallCard, *, is_in_words: bool = False) -> Content:
    """The question in its present text. The choices stand in another order each time, the same until it is answered;
    and so does its picture, where there are others of the same skill.
    """
    question = get_question(card, is_in_words=is_in_words)
    content = freeze(question, Random(f"{card.pk}:{card.reviews}"))  # noqa: S311 - an order of choices
    return content | freeze_fresh(question, card.reviews + 1)


def get_forecast(recall: Recall, today: date, days: int) -> list[tuple[date, int]]:
    """Each of the days from today on, with how many come due."""
    coming = [today + timedelta(days=number) for number in range(days)]
    return [(day, recall.by_day.get(day, 0)) for day in coming]
