"""The signed address by which one kind of mail is turned off, without signing in (RFC 8058)."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from accounts.models import User

# Not for anything else that is signed here. There is no end to it: a mail is opened years later.
SIGNER = Signer(sep=".", salt="accounts.unsubscribe")


def unsubscribe_url(user: User, kind: str) -> str:
    return settings.SITE_URL + reverse("accounts:unsubscribe", args=[SIGNER.sign_object([user.pk, kind])])


def unsubscribe_headers(user: User, kind: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(user, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read_token(token: str) -> tuple[User | None, str]:
    """Whose mail of which kind; nobody, where the account is deleted. Raises Http404 for what we did not sign."""
    try:
        user_id, kind = SIGNER.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise Http404("This address was not made by the academy.") from error
    return User.objects.filter(pk=user_id, deleted_at=None).first(), str(kind)
