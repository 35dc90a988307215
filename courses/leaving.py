"""Who leaves."""

from django.db import transaction

from accounts.models import User
from courses.assessment.models.attempts import Attempt


@transaction.atomic
def forget_person(*, user: User) -> None:
    """Attempts that no completion stands on go. The rest goes with the account; completions stay, without a name."""
    # Locked, so that none is handed in meanwhile.
    list(Attempt.objects.select_for_update().filter(user=user))
    Attempt.objects.filter(user=user, completion=None).delete()
