"""Two accounts of one person become one: every reading is kept, and of each study one is the first."""

from django.db import transaction

from accounts.models import User
from imaging.reading.models import Reading


@transaction.atomic
def take_over(*, user: User, other: User) -> dict[str, int]:
    """Of two first readings of a study the earlier one counts: by the later its reader knew the study."""
    mine = {reading.study_id: reading for reading in Reading.objects.filter(user=user, is_first=True)}
    taken = 0
    for theirs in Reading.objects.select_for_update().filter(user=other):
        own = mine.get(theirs.study_id)
        if theirs.is_first and own is not None:
            later = max(own, theirs, key=lambda reading: (reading.locked_at, reading.pk))
            Reading.objects.filter(pk=later.pk).update(is_first=False)
        Reading.objects.filter(pk=theirs.pk).update(user=user)
        taken += 1
    return {"readings": taken}
