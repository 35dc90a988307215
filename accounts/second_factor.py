"""The second factor: allauth's pages in our words. Everybody may have one, and the studio asks its staff for it."""

from collections.abc import Mapping
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import describe
from accounts.http import AuthenticatedRequest

ISSUER = "eScan Academy"

SIX_DIGITS = {"autocomplete": "one-time-code", "spellcheck": "false", "class": "code", "maxlength": "16"}


def get_second_factors(user: AbstractBaseUser) -> dict[int, float]:
    """Each second factor of this account by its key, with when it was set up, in Unix time."""
    rows = Authenticator.objects.filter(user_id=user.pk).values_list("pk", "created_at")
    return {pk: created_at.timestamp() for pk, created_at in rows}


def when_proved_second_factor(request: AuthenticatedRequest, factors: Mapping[int, float]) -> float:
    """When this very session last showed one that the account still has, in Unix time; 0 where it never did.

    A session that began before there was one has shown a single factor. One that showed a factor which was since
    removed, with the device that was lost, has to show another.
    """
    records = get_authentication_records(request, request.user)
    shown = (record for record in records if record.get("method") == "mfa" and record.get("id") in factors)
    return max((float(record["at"]) for record in shown if record["at"] >= factors[record["id"]]), default=0.0)


class Adapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not right, or was used before. Wait for the next code and enter that."),
        "unverified_email": _("Prove first that your e-mail address is yours: sign in once with a mailed code."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first: recovery codes stand in for it."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey {number}").format(number=count + 1) if count else gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = {**super().get_public_key_credential_rp_entity(), "name": ISSUER}
        return entity


class AuthenticateForm(base_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = gettext("Six digits from your app, or eight of a recovery code.")
        describe(self, "code", gettext("Code"), hint, {**SIX_DIGITS, "autofocus": True})


class ReauthenticateForm(base_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = gettext("Six digits from your app, or eight of a recovery code.")
        describe(self, "code", gettext("Code"), hint, {**SIX_DIGITS, "autofocus": True})


class ActivateForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(
            self, "code", gettext("Code from the app"), gettext("Six digits that change twice a minute."), SIX_DIGITS
        )


class NamePasskeyMixin(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = gettext("A name by which you know it among others: the device, or where the key is kept.")
        describe(self, "name", gettext("Name"), hint, {"autocomplete": "off", "maxlength": "60"})


class AddPasskeyForm(NamePasskeyMixin, webauthn_forms.AddWebAuthnForm):
    pass


class EditPasskeyForm(NamePasskeyMixin, webauthn_forms.EditWebAuthnForm):
    pass
