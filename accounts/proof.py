"""Whether the person at the keyboard has just shown to be the owner, for what a borrowed device must not do.

Where the account has a second factor, that alone is proof: the password is what it protects from. Whoever has only a
password shows that, on allauth's page. Whoever signs in by mailed codes alone signs in once more: allauth has no other
page for them, and would let them pass.
"""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode

from accounts.http import AuthenticatedRequest
from accounts.second_factor import get_second_factors, when_proved_second_factor

PROOF_LASTS = timedelta(minutes=10)

# By the names of their addresses: what opens with a fresh proof alone, whatever the method. ("own_data" and
# "delete_account" ask on their own pages.)
NEED_PROOF = frozenset(
    [
        *("account_email", "account_change_password", "account_set_password"),
        *("mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
        # In the studio, who may do what, and who is there at all.
        *(f"wagtailusers_users:{act}" for act in ("add", "copy", "edit", "delete")),
        *(f"wagtailusers_groups:{act}" for act in ("add", "edit", "delete")),
        "remove_second_factor",
    ]
)


def needs_proof(match: ResolverMatch) -> bool:
    # One address of Wagtail's for all that is done to many at once: roles, activity, deletion.
    is_for_people = match.view_name == "wagtail_bulk_action" and match.kwargs["app_label"] == "accounts"
    return is_for_people or match.view_name in NEED_PROOF


def has_fresh_proof(request: AuthenticatedRequest) -> bool:
    if factors := get_second_factors(request.user):
        newest = when_proved_second_factor(request, factors)
    else:
        records = get_authentication_records(request, request.user)
        newest = max((float(record["at"]) for record in records), default=0.0)
    return time.time() - newest < PROOF_LASTS.total_seconds()


def proof_url(request: AuthenticatedRequest, back: str) -> str:
    """Where to show it; empty for whoever has to sign in once more."""
    query = urlencode({"next": back})
    if get_second_factors(request.user):
        return f"{reverse('mfa_reauthenticate')}?{query}"
    return f"{reverse('account_reauthenticate')}?{query}" if request.user.has_usable_password() else ""
