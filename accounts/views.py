from allauth.account.adapter import get_adapter
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import InWordsForm, NameForm, ProfileForm
from accounts.http import AuthenticatedRequest
from core.http import post_only


@never_cache
@login_required
def profile(request: AuthenticatedRequest) -> HttpResponse:
    user = request.user
    target = safe_target(request)
    form = ProfileForm.of(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        was_complete = user.has_profile
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        if target:
            return HttpResponseRedirect(target)
        return redirect("accounts:profile" if was_complete else settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "next": target, "has_second_factor": is_mfa_enabled(user)}
    return render(request, "accounts/profile.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name_preview(request: AuthenticatedRequest) -> HttpResponse:
    """How a name will be printed, or what cannot be: for the page on which it is being typed."""
    if request.method != "POST":
        return redirect("accounts:profile")
    form = NameForm(request.POST)
    errors = [] if form.is_valid() else form.errors["name"]
    context = {"name": form.cleaned_data.get("name", ""), "errors": errors}
    return render(request, "accounts/_name_preview.html", context)


@login_required
@post_only("accounts:profile")
def in_words(request: AuthenticatedRequest) -> HttpResponse:
    """Whether this learner is asked in words what others read from a picture."""
    form = InWordsForm(request.POST)
    if form.is_valid():
        services.keep_reads_in_words(user=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("From now on you are asked in words.")
            if request.user.reads_in_words
            else _("From now on questions show their pictures."),
        )
    return redirect(reverse("accounts:profile") + "#images")


def safe_target(request: AuthenticatedRequest) -> str:
    """Where the learner was going, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else ""


@login_required
def see_recovery_codes(request: AuthenticatedRequest) -> HttpResponseBase:
    return tell_of_codes(request, recovery_codes.view_recovery_codes(request))


@login_required
def download_recovery_codes(request: AuthenticatedRequest) -> HttpResponseBase:
    return tell_of_codes(request, recovery_codes.download_recovery_codes(request))


def tell_of_codes(request: AuthenticatedRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Whoever has them comes in, so their owner hears that they were read."""
    if response.status_code == 200:
        get_adapter(request).send_notification_mail("mfa/email/recovery_codes_shown", request.user)
    return response


@post_only("accounts:profile")
@login_required
def sign_in_again(request: AuthenticatedRequest) -> HttpResponse:
    """For whoever has neither password nor second factor: the mailed code is the proof."""
    target = safe_target(request)
    logout(request)
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({REDIRECT_FIELD_NAME: target})}")
