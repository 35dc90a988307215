"""Asking Stripe about one person, from wherever staff look at them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext

from accounts.http import StaffRequest
from accounts.models import User
from core.http import post_only
from payments.gateway import GatewayError
from payments.services.asking import ask_about_person
from payments.studio.acts import for_payments


@post_only("payments_purchases")
@for_payments
def ask_stripe(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk, deleted_at=None)
    try:
        told = ask_about_person(user=person, by=request.user)
    except GatewayError as error:
        messages.error(request, gettext("Stripe cannot be asked just now: {error}").format(error=error))
        return back(request, person)
    for sentence in told:
        messages.success(request, sentence)
    if not told:
        messages.warning(
            request, gettext("This account never opened the payment page. Was it paid from another account or address?")
        )
    return back(request, person)


def back(request: StaffRequest, person: User) -> HttpResponse:
    target = request.POST.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours else f"{reverse('payments_purchases')}?{urlencode({'q': person.email})}")
