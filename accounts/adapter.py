from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.addresses.links import undo_url
from accounts.addresses.models import UNDONE_WITHIN, AddressChange
from accounts.http import is_signed_in
from accounts.limits import by_client, count_password, wait_for_password
from accounts.mail import services as mails
from accounts.mail.emails import build_email
from accounts.models import MailStatus, User
from accounts.proof import has_fresh_proof
from accounts.services import keep_time_zone

ADDRESS_CHANGED = "account/email/email_changed"

# How long the code in a mail holds, by template; the values are seconds.
CODE_TIMEOUTS = {
    "account/email/login_code": "LOGIN_BY_CODE_TIMEOUT",
    "account/email/email_confirmation": "EMAIL_VERIFICATION_BY_CODE_TIMEOUT",
    "account/email/email_confirmation_signup": "EMAIL_VERIFICATION_BY_CODE_TIMEOUT",
    "account/email/password_reset_code": "PASSWORD_RESET_BY_CODE_TIMEOUT",
}

TRIED_TOO_OFTEN = _("That was tried too often. Try again in {wait}.")

NOT_SENT = {
    MailStatus.FAILED: _(
        "The mail could not be sent just now. Wait a minute, then ask for another one. If that fails, too, "
        "tell us on the page “Contact”."
    ),
    MailStatus.BOUNCED: _(
        "The mail server of this address does not accept our mail. Check the address for a typing mistake, "
        "or use another one."
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    """Where people go after each step, and how allauth's mails are sent."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_taken": _("Another account uses this address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This is not the code that we mailed. Use the one in the newest mail."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("That was tried too often. Wait a few minutes and try again."),
        "too_many_passwords": _(
            "Passwords were tried for this address from too many places today. Leave the password empty, and we mail "
            "you a code."
        ),
        "rate_limited": _("Wait a few seconds before you ask for another code."),
    }

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        values = {**(context or {}), "is_notice": True}
        if template_prefix == ADDRESS_CHANGED and (change := AddressChange.objects.filter(user_id=user.pk).first()):
            values |= {"undo_url": undo_url(change), "days": UNDONE_WITHIN.days}
        super().send_notification_mail(template_prefix, user, values, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A notice may wait for the mail server. Everything else answers somebody who signs in, and goes out at once.

        Also where there is no account: sent later, it would tell a stranger which addresses have one.
        """
        values = {**context, "email": email}
        if timeout := CODE_TIMEOUTS.get(template_prefix):
            values["minutes"] = getattr(app_settings, timeout) // 60
        message = build_email(template=template_prefix, to=email, context=values)
        if context.get("is_notice"):
            mails.queue_notice(message=message)
        elif (status := mails.send_code(message=message)) != MailStatus.SENT:
            messages.error(self.request, NOT_SENT[status])

    # --- What a borrowed device must not do -------------------------------------------------------------

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Where there is a second factor, the password is what it protects from."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """By our own rule, which stands before allauth's pages (accounts/middleware.py)."""
        return not (is_signed_in(self.request) and has_fresh_proof(self.request))

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """The change, the end of all other sessions and the mail that tells of it are one."""
        with transaction.atomic():
            return bool(super().confirm_email(request, email_address))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Nothing else of the row is written: what was read with it may have changed since."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = credentials.get("email", "")
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            told = TRIED_TOO_OFTEN.format(wait=wait_for_password(request, email))
            raise ValidationError(told, code=error.code) from error
        anywhere = count_password(request, email)
        if not anywhere:
            raise self.validation_error("too_many_passwords")
        # What was right takes both counts back.
        if own := self._login_failed_rl_usage:
            own.usage += anywhere.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return by_client(request, credentials.get("email", ""))

    # --- Where people go --------------------------------------------------------------------------------

    def respond_email_verification_sent(self, request: HttpRequest, user: AbstractBaseUser | None) -> HttpResponse:
        """Keep ?next= in the address, so that whoever starts again with another address keeps it too."""
        url = reverse("account_email_verification_sent")
        return redirect(passthrough_next_redirect_url(request, url, REDIRECT_FIELD_NAME))

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        self.is_first_sign_in = user.last_login is None
        super().login(request, user)
        keep_time_zone(user=cast(User, user), time_zone=request.POST.get("time_zone", ""))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **details: Any) -> HttpResponse:
        """The first time a learner comes in, the profile is asked for; it passes them on to where they were going."""
        person = cast(User, user)
        is_staff = person.has_perm("wagtailadmin.access_admin")
        if self.is_first_sign_in and not person.has_profile and not is_staff:
            target = details["redirect_url"] or get_next_redirect_url(request)
            profile = reverse("accounts:profile")
            details["redirect_url"] = f"{profile}?{urlencode({REDIRECT_FIELD_NAME: target})}" if target else profile
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("accounts:profile")
