from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import gateway, mails, services
from accounts.forms import ProfileForm
from accounts.http import AuthenticatedRequest


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
        messages.success(request, "Your profile is saved.")
        return redirect(target or ("accounts:profile" if was_complete else settings.LOGIN_REDIRECT_URL))
    context = {"form": form, "next": target, "has_second_factor": is_mfa_enabled(user)}
    return render(request, "accounts/profile.html", context)


def safe_target(request: AuthenticatedRequest) -> str:
    """Where the learner was going, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else ""


@login_required
@require_POST
def check_address(request: AuthenticatedRequest) -> HttpResponse:
    """The owner says that mail to the address arrives again."""
    if mails.check_address(user=request.user):
        messages.success(request, "We have sent a mail to try. If it comes back, too, we tell you here again.")
    return redirect("accounts:profile")


@csrf_exempt
@require_POST
def mail_webhook(request: HttpRequest) -> HttpResponse:
    """What became of our mails, told by the provider that sends them."""
    view = gateway.get_tracking_view()
    if view is None:
        raise Http404("No provider sends our mail.")
    return view(request)
