"""The profile, and allauth's forms with the house's labels, hints and attributes."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profession, User
from accounts.names import tidy_name, validate_name, validate_printed_name
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
        return tidy_name(super().to_python(value))


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
PASSWORD_RULE = _("At least 8 characters, and not one that is often used.")


def describe(form: forms.Form, name: str, label: str, hint: str, attributes: Mapping[str, Any]) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    # The label stays visible, so nothing stands in the field itself.
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignupForm(allauth_forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "email", gettext("E-mail address"), "", EMAIL)
        hint = gettext("You may leave it empty: then we mail you a code each time you sign in. {rule}")
        describe(self, "password1", gettext("Password (optional)"), hint.format(rule=PASSWORD_RULE), {})


class LoginForm(allauth_forms.LoginForm):
    """With an empty password allauth's own form mails a code; ours lets the password be empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "login", gettext("E-mail address"), "", EMAIL)
        describe(self, "password", gettext("Password"), gettext("Leave it empty, and we mail you a code instead."), {})
        self.fields["password"].required = False

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url)
        # allauth has just let the cookie be renewed by every use.
        limit(request)
        return response


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self, "email", gettext("E-mail address"), "", EMAIL)


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
        describe(self, "email", gettext("E-mail address"), "", EMAIL)


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
        describe(self, "email", gettext("New e-mail address"), "", NEW_EMAIL)
