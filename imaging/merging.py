"""Two accounts of one person become one: every reading is kept, and of each study one is the first.

Of a test set that is open in both the attempt with more locked cases goes on; the other one goes with its readings,
which nobody was told. Consent is of the account that gave it, and does not cover what the other one read. What practice
has learned of the two is made anew from all of them.
"""

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from imaging.panel.models import PanelAnswer
from imaging.practice import services as practice
from imaging.reading.models import Reading
from imaging.reading.services import give_readings
from imaging.testsets.models import SetAttempt


@transaction.atomic
def take_over(*, user: User, other: User) -> dict[str, int]:
    forget_doubled_attempts(user=user, other=other)
    answered = PanelAnswer.objects.filter(user=user).values("image")
    count = give_readings(Reading.objects.select_for_update().filter(user=other), user=user)
    practice.take_over(user=user, other=other)
    return {
        "readings": count,
        "set_attempts": SetAttempt.objects.filter(user=other).update(user=user),
        "panel_answers": PanelAnswer.objects.filter(user=other).exclude(image__in=answered).update(user=user),
    }


def forget_doubled_attempts(*, user: User, other: User) -> None:
    locked = Count("readings", filter=~Q(readings__locked_at=None))
    both = SetAttempt.objects.open().filter(user__in=[user, other]).annotate(times_locked=locked)
    kept: set[int] = set()
    for attempt in both.order_by("-times_locked", "started_at", "pk"):
        if attempt.test_set_id in kept:
            attempt.delete()
        kept.add(attempt.test_set_id)
