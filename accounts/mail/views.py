from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from accounts.mail import gateway, queries, services
from accounts.mail.forms import MailPreferencesForm, UnsubscribeForm
from accounts.mail.kinds import find_optional, get_necessary
from accounts.mail.unsubscribing import read_token
from core.http import post_only


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: AuthenticatedRequest) -> HttpResponse:
    wanted = queries.get_wanted(request.user)
    form = MailPreferencesForm(request.POST if request.method == "POST" else None, wanted=wanted)
    if form.is_valid():
        for kind in wanted:
            services.choose_mail(user=request.user, kind=kind, is_wanted=form.cleaned_data[kind])
        messages.success(request, _("Your choice is saved."))
        return redirect("accounts:mails")
    return render(request, "accounts/mail/preferences.html", {"form": form, "necessary": get_necessary()})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click in a mail program posts here, without cookies (RFC 8058). Opening it changes nothing."""
    user, kind = read_token(token)
    form = UnsubscribeForm(request.POST)
    if request.method == "POST" and user and form.is_valid():
        services.choose_mail(user=user, kind=kind, is_wanted=form.cleaned_data["wanted"] == "on")
    context = {
        "kind": find_optional(kind) if user else None,
        "is_wanted": queries.wants(user, kind),
        "is_done": request.method == "POST",
    }
    return render(request, "accounts/mail/unsubscribe.html", context)


@post_only("accounts:profile")
@login_required
def check_address(request: AuthenticatedRequest) -> HttpResponse:
    """The owner says that mail to the address arrives again."""
    if services.check_address(user=request.user):
        messages.success(request, _("We have sent a test mail. If it comes back, too, we tell you here again."))
    return redirect("accounts:profile")


@csrf_exempt
@require_POST
def mail_webhook(request: HttpRequest) -> HttpResponse:
    """What became of our mails, told by the provider that sends them."""
    view = gateway.get_tracking_view()
    if view is None:
        raise Http404("No provider sends our mail.")
    return view(request)
