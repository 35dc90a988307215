"""Settings of accounts, of signing in, of the second factor and of limits: what no environment changes."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learn"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "add_email": "accounts.forms.AddEmailForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# The password may stay empty: then every sign-in is by a code that is mailed.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_REDIRECT_URL = "accounts:profile"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# allauth offers the change only where an account was made, which would tell a stranger; our page starts again instead.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True

MFA_ADAPTER = "accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "eScan Academy"
MFA_FORMS = {
    "authenticate": "accounts.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.second_factor.ReauthenticateForm",
    "activate_totp": "accounts.second_factor.ActivateForm",
    "add_webauthn": "accounts.second_factor.AddPasskeyForm",
    "edit_webauthn": "accounts.second_factor.EditPasskeyForm",
}

# allauth's own: how often, by the client's address on the internet (ip), by account (user), or by what accounts.limits
# counts together (key). A key of the last two actions is an e-mail address alone; else it is of one client.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login_failed": "60/m/ip,5/300s/key,50/d/key",
    "mail_code": "3/m/key,10/h/key,30/d/key",
    "request_login_code": "20/m/ip",
    "reset_password": "20/m/ip",
    "confirm_email": "20/m/ip",
    "password_anywhere": "500/d/key",
    "mail_code_anywhere": "200/d/key",
}

# By view: which method, how often, in how many seconds; allauth has its own for signing in and codes.
RATE_LIMITS = {
    "payments:pricing": ("POST", 10, 600),
    "payments:refund": ("POST", 10, 600),
    "payments:paper": ("GET", 30, 600),
    "payments:gifts": ("POST", 10, 3600),
    "payments:gift_address": ("POST", 10, 3600),
    "payments:gift": ("GET", 30, 60),
    "cme:claim": ("POST", 20, 600),
    "cme:retry": ("POST", 10, 600),
    "imaging:next": ("POST", 60, 600),
    "imaging:ask": ("POST", 30, 600),
    "verify:form": ("GET", 60, 60),
    "verify:certificate": ("GET", 60, 60),
    "contact": ("POST", 10, 3600),
    "search": ("GET", 60, 60),
    "accounts:check_address": ("POST", 5, 3600),
    "own_data": ("POST", 10, 3600),
    "delete_account": ("POST", 10, 3600),
}
