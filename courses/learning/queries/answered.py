"""Which checks a learner has answered."""

from django.db import connection

from accounts.models import User
from courses.assessment.models.attempts import CheckAnswer

ANSWERED = {
    "postgresql": "SELECT STRING_AGG(CAST(question_id AS TEXT), ',') FROM courses_checkanswer WHERE user_id = %s",
    "sqlite": "SELECT GROUP_CONCAT(question_id, ',') FROM courses_checkanswer WHERE user_id = %s",
}[connection.vendor]
"""The keys of the checks that the learner has answered, in one text: for a statement that reads more of them and asks
this along."""


def read_answered(keys: str | None) -> frozenset[int]:
    """What `ANSWERED` brings; nothing where there is no answer."""
    return frozenset(int(key) for key in keys.split(",")) if keys else frozenset()


def get_answered(user: User) -> frozenset[int]:
    """The keys of the checks that the learner has answered, right or wrong. One query."""
    return frozenset(CheckAnswer.objects.filter(user=user).values_list("question_id", flat=True))
