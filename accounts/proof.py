"""Whether the person at the keyboard has just shown to be the owner, for what a borrowed device must not do.

Whoever has a password or a second factor shows it on allauth's page. Whoever signs in by mailed codes alone signs in
once more: allauth has no other page for them, and would let them pass.
"""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse
from django.utils.http import urlencode

from accounts.http import AuthenticatedRequest
from accounts.models import User

PROOF_LASTS = timedelta(minutes=10)


def has_fresh_proof(request: AuthenticatedRequest) -> bool:
    records = get_authentication_records(request, request.user)
    newest = max((float(record["at"]) for record in records), default=0.0)
    return time.time() - newest < PROOF_LASTS.total_seconds()


def proof_url(user: User, back: str) -> str:
    """Where to show it; empty for whoever has to sign in once more."""
    query = urlencode({"next": back})
    if user.has_usable_password():
        return f"{reverse('account_reauthenticate')}?{query}"
    return f"{reverse('mfa_reauthenticate')}?{query}" if is_mfa_enabled(user) else ""
