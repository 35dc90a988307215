from django.contrib.auth.models import AnonymousUser

from accounts.models import AccessGrant, User


def has_access(user: User | AnonymousUser) -> bool:
    """Whether the learner holds at least one grant that was not revoked. One query; none for a stranger."""
    if not user.is_authenticated:
        return False
    return AccessGrant.objects.active().filter(user=user).exists()
