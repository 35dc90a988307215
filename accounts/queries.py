from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User

# By hand, for nearly every page asks, and a statement that reads more of the learner can ask along.
HAS_ACCESS = """EXISTS (
    SELECT 1 FROM accounts_accessgrant access WHERE access.user_id = %s AND access.revoked_at IS NULL
)"""


def look_up_evenly(email: str) -> None:
    """allauth looks an address up once more where nobody has proven it, so here once more where somebody has."""
    if EmailAddress.objects.filter(email=email, verified=True).exists():
        User.objects.filter(email=email).exists()


def has_access(user: User | AnonymousUser) -> bool:
    """Whether the learner holds at least one grant that was not revoked. One query; none for a stranger."""
    if not user.is_authenticated:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HAS_ACCESS}", [user.pk])
        return bool(cursor.fetchone()[0])
