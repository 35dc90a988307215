"""The second factor: allauth's pages in our words. Everybody may have one, and the studio asks its staff for it."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Min
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import describe
from accounts.http import AuthenticatedRequest

# In the session: when a second factor was set up in it, in Unix time.
ENROLLED_AT = "second_factor_enrolled_at"
ISSUER = "eScan Academy"

SIX_DIGITS = {"autocomplete": "one-time-code", "spellcheck": "false", "class": "code", "maxlength": "16"}


def get_second_factor_since(user: AbstractBaseUser) -> float | None:
    """Since when this account has the oldest of its second factors, in Unix time; None without one."""
    oldest = Authenticator.objects.filter(user_id=user.pk).aggregate(Min("created_at"))["created_at__min"]
    return oldest.timestamp() if oldest else None


def has_proved_second_factor(request: AuthenticatedRequest, since: float) -> bool:
    """In this very session, and by a second factor that the account still has.

    A session that began before there was one has shown a single factor. One that proved a factor which was since
    removed, with the device that was lost, has to prove the new one.
    """
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("method") == "mfa"]
    return bool(max([request.session.get(ENROLLED_AT, 0.0), *proofs]) >= since)


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
