"""The profile, and allauth's forms with the house's labels, hints and attributes."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses.fields import AddressField
from accounts.limits import count_mail
from accounts.models import Profession, User
from accounts.names import tidy_name, validate_name, validate_printed_name
from accounts.queries import look_up_evenly
from accounts.sessions.current import limit
from accounts.zones import Choices, time_zones


class NameField(forms.CharField):
    """A person's name: single spaces, and only what certificates can print, unless told otherwise."""

    default_error_messages = {
        "required": _("Please give your name."),
        "max_length": _("Please shorten it: 120 characters fit on a certificate."),
    }

    def __init__(self, *, is_printed: bool = True, has_preview: bool = False, **options: Any) -> None:
        self.has_preview = has_preview
        check = validate_printed_name if is_printed else validate_name
        super().__init__(max_length=User._meta.get_field("name").max_length, validators=[check], **options)

    def to_python(self, value: Any) -> str:
        return tidy_name(super().to_python(value) or "")


class PreviewedName(forms.TextInput):
    """The page says, while it is typed, how it will be printed or what cannot be (accounts/_name_preview.html)."""

    def __init__(self) -> None:
        super().__init__(
            {
                "autocomplete": "name",
                "dir": "auto",
                "hx-post": reverse_lazy("accounts:name_preview"),
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "next .name-preview",
                "hx-params": "name,csrfmiddlewaretoken",
                "hx-sync": "this:replace",
            }
        )


class NameForm(forms.Form):
    name = NameField(required=False)


def zones_to_choose() -> Choices:
    return [("", gettext("Choose…")), *time_zones()]


class ProfileForm(forms.Form):
    """What a certificate is made of. Whoever completes a course gave all of it before."""

    name = NameField(
        label=_("Name on certificates"),
        help_text=User._meta.get_field("name").help_text,
        widget=PreviewedName(),
        has_preview=True,
    )
    profession = forms.ChoiceField(
        choices=[("", _("Choose…")), *Profession.choices],
        help_text=User._meta.get_field("profession").help_text,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose one from the list.")),
    )
    time_zone = forms.ChoiceField(
        choices=zones_to_choose,
        help_text=User._meta.get_field("time_zone").help_text,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Please choose one from the list.")),
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "ProfileForm":
        return cls(data, initial={"name": user.name, "profession": user.profession, "time_zone": user.time_zone})


class InWordsForm(forms.Form):
    """In the profile, and where a test starts."""

    reads_in_words = forms.BooleanField(required=False)


# --- Signing up and in: allauth's forms, in our words -------------------------------------------------

EMAIL = {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
NEW_EMAIL = {**EMAIL, "autocomplete": "email"}
CODE = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "class": "code",
    "maxlength": "16",
    "autofocus": True,
}
TOO_MANY_MAILS = {
    "mail_code": _(
        "We have mailed to this address several times just now. Enter the code of the newest mail in the browser where "
        "you asked for it, or press the button again in {wait}."
    ),
    "mail_code_anywhere": _(
        "Codes for this address were asked for from too many places today. Use a browser in which you signed in "
        "before, or your password; or press the button again in {wait}."
    ),
}
# Nobody's: RFC 2606 keeps the name from ever being given out.
NOBODY = "nobody.invalid"
# How many rows allauth reads after it made an account, to mail the first code.
LOOKED_UP_AFTERWARDS = 4
PASSWORD_RULE = _("At least 8 characters, and not one that is often used.")


def describe(form: forms.Form, name: str, label: str, hint: str, attributes: Mapping[str, Any]) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    # The label stays visible, so nothing stands in the field itself.
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def describe_address(form: forms.Form, name: str, label: str, attributes: Mapping[str, Any]) -> None:
    form.fields[name] = AddressField(label=label, widget=forms.EmailInput(attrs={**attributes}))


def check_mailable(email: str) -> None:
    """Before a code is mailed: a limit answers on the form, where one can go on, and never in place of it."""
    limit, wait = count_mail(context.request, email)
    if limit:
        raise forms.ValidationError(TOO_MANY_MAILS[limit].format(wait=wait), code="too_many_mails")


class SignupForm(allauth_forms.SignupForm):
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_address(self, "email", gettext("E-mail address"), EMAIL)
        hint = gettext("You may leave it empty: then we mail you a code each time you sign in. {rule}")
        describe(self, "password1", gettext("Password (optional)"), hint.format(rule=PASSWORD_RULE), {})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            check_mailable(cleaned["email"])
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """For an address that has an account the same is done, and undone: no clock tells which addresses have one."""
        if self.account_already_exists:
            with transaction.atomic():
                given: dict[str, Any] = self.cleaned_data
                self.cleaned_data = {**given, "email": f"{uuid4().hex}@{NOBODY}"}
                self.account_already_exists = False
                self.save(request)
                self.cleaned_data, self.account_already_exists = given, True
                transaction.set_rollback(True)
            for _ in range(LOOKED_UP_AFTERWARDS):
                User.objects.filter(email=NOBODY).exists()
        result: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return result


class LoginForm(allauth_forms.LoginForm):
    """With an empty password allauth's own form mails a code; ours lets the password be empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_address(self, "login", gettext("E-mail address"), EMAIL)
        describe(self, "password", gettext("Password"), gettext("Leave it empty, and we mail you a code instead."), {})
        self.fields["password"].required = False

    def _clean_without_password(self, email: str | None, phone: str | None) -> Any:
        check_mailable(email or "")
        look_up_evenly(email or "")
        return super()._clean_without_password(email, phone)

    def _clean_with_password(self, credentials: dict[str, Any]) -> Any:
        look_up_evenly(credentials.get("email", ""))
        return super()._clean_with_password(credentials)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url)
        # allauth has just let the cookie be renewed by every use.
        limit(request)
        return response


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_address(self, "email", gettext("E-mail address"), EMAIL)

    def clean_email(self) -> str:
        check_mailable(self.cleaned_data["email"])
        look_up_evenly(self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


class CodeMixin(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "code", gettext("Code from the mail"), gettext("Capitals and the dash do not matter."), CODE)


class ConfirmLoginCodeForm(CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(CodeMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(CodeMixin, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_address(self, "email", gettext("E-mail address"), EMAIL)

    def clean_email(self) -> str:
        check_mailable(self.cleaned_data["email"])
        look_up_evenly(self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


class NewPasswordMixin(forms.Form):
    """A new password is typed once: a code by mail replaces one that was mistyped."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "password1", gettext("New password"), str(PASSWORD_RULE), {})
        del self.fields["password2"]


class ResetPasswordKeyForm(NewPasswordMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class SetPasswordForm(NewPasswordMixin, allauth_forms.SetPasswordForm):
    pass


class ChangePasswordForm(NewPasswordMixin, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "oldpassword", gettext("Current password"), "", {})


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "password", gettext("Password"), "", {})


class AddEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_address(self, "email", gettext("New e-mail address"), NEW_EMAIL)

    def clean_email(self) -> str:
        email: str = super().clean_email()
        check_mailable(email)
        return email
