"""Two accounts of one person become one: every reading is kept, and of each study one is the first."""

from django.db import transaction

from accounts.models import User
from imaging.reading.models import Reading
from imaging.reading.services import give_readings


@transaction.atomic
def take_over(*, user: User, other: User) -> dict[str, int]:
    return {"readings": give_readings(Reading.objects.select_for_update().filter(user=other), user=user)}
