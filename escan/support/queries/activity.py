"""What a person does besides lessons, in numbers: tests, recall, readings. Never what was answered."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from accounts.models import User
from courses.models import Attempt, RecallAnswer, RecallCard
from courses.recall.queries import get_today
from imaging.models import Reading, Run, SetAttempt


def get_attempts(user: User) -> list[Attempt]:
    """At pre-tests and post-tests, the newest first. One query."""
    mine = Attempt.objects.filter(user=user).select_related("course").defer("course__description")
    return list(mine.order_by("-started_at", "-pk"))


def count_recall(user: User, now: datetime) -> dict[str, Any]:
    """Two queries."""
    rests, due = Q(learned_on__isnull=False), Q(learned_on=None, due_on__lte=get_today(user, now))
    cards = RecallCard.objects.filter(user=user).aggregate(
        cards=Count("pk", filter=~rests), due=Count("pk", filter=due), learned=Count("pk", filter=rests)
    )
    answers = RecallAnswer.objects.filter(card__user=user).aggregate(answers=Count("pk"), last_at=Max("answered_at"))
    return cards | answers


def count_practice(user: User) -> dict[str, Any]:
    """Three queries."""
    locked = Q(locked_at__isnull=False)
    readings = Reading.objects.filter(user=user).aggregate(
        locked=Count("pk", filter=locked), open=Count("pk", filter=~locked), last_at=Max("started_at")
    )
    handed_in = Q(handed_in_at__isnull=False)
    sets = SetAttempt.objects.filter(user=user).aggregate(
        handed_in=Count("pk", filter=handed_in), under_way=Count("pk", filter=~handed_in)
    )
    return readings | sets | {"runs": Run.objects.filter(user=user).count()}
