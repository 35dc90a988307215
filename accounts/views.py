from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import MailPreferencesForm, ProfileForm, UnsubscribeForm
from accounts.http import AuthenticatedRequest
from accounts.mail import gateway
from accounts.mail import queries as mail_queries
from accounts.mail import services as mails
from accounts.mail.kinds import NECESSARY, OPTIONAL
from accounts.mail.unsubscribing import read_token


@never_cache
@login_required
def profile(request: AuthenticatedRequest) -> HttpResponse:
    user = request.user
    target = safe_target(request)
    initial = {"name": user.name, "profession": user.profession, "time_zone": user.time_zone}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        was_complete = user.has_profile
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        if target:
            return HttpResponseRedirect(target)
        return redirect("accounts:profile" if was_complete else settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "next": target, "has_second_factor": is_mfa_enabled(user)}
    return render(request, "accounts/profile.html", context)


def safe_target(request: AuthenticatedRequest) -> str:
    """Where the learner was going, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and target.startswith("/") else ""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: AuthenticatedRequest) -> HttpResponse:
    wanted = mail_queries.get_wanted(request.user)
    form = MailPreferencesForm(request.POST if request.method == "POST" else None, wanted=wanted)
    if form.is_valid():
        for kind in wanted:
            mails.choose_mail(user=request.user, kind=kind, is_wanted=form.cleaned_data[kind])
        messages.success(request, _("Your choice is saved."))
        return redirect("accounts:mails")
    return render(request, "accounts/mails.html", {"form": form, "necessary": NECESSARY})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click in a mail program posts here, without cookies (RFC 8058). Opening it changes nothing."""
    user, kind = read_token(token)
    form = UnsubscribeForm(request.POST)
    if request.method == "POST" and user and form.is_valid():
        mails.choose_mail(user=user, kind=kind, is_wanted=form.cleaned_data["wanted"] == "on")
    context = {
        "kind": OPTIONAL.get(kind) if user else None,
        "is_wanted": bool(user and kind in OPTIONAL and mail_queries.wants(user, kind)),
        "is_done": request.method == "POST",
    }
    return render(request, "accounts/unsubscribe.html", context)


@login_required
@require_POST
def sign_in_again(request: AuthenticatedRequest) -> HttpResponse:
    """For whoever has neither password nor second factor: the mailed code is the proof."""
    target = safe_target(request)
    logout(request)
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({REDIRECT_FIELD_NAME: target})}")


@login_required
@require_POST
def check_address(request: AuthenticatedRequest) -> HttpResponse:
    """The owner says that mail to the address arrives again."""
    if mails.check_address(user=request.user):
        messages.success(request, _("We have sent a mail to try. If it comes back, too, we tell you here again."))
    return redirect("accounts:profile")


@csrf_exempt
@require_POST
def mail_webhook(request: HttpRequest) -> HttpResponse:
    """What became of our mails, told by the provider that sends them."""
    view = gateway.get_tracking_view()
    if view is None:
        raise Http404("No provider sends our mail.")
    return view(request)
