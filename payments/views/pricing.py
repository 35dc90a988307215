import logging
import time
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.queries import has_access
from core.http import SeeOther
from payments import gateway
from payments.errors import AlreadyPaid, PaymentPending, SetAside
from payments.forms import ReturnForm
from payments.models import CheckoutSession
from payments.money import format_price
from payments.offers import OFFERS
from payments.queries.results import Outcome, get_checkout_session_for, get_result
from payments.queries.waiting import get_waiting
from payments.services.checkout import start_checkout
from payments.services.fulfilment import fulfil

logger = logging.getLogger(__name__)

# The waiting page asks by itself for this long; then the learner asks.
LONGEST_POLLING = timedelta(minutes=2)
# htmx keeps what it shows on the one, and stops asking on the other.
NOTHING_NEW = 204
STOP_POLLING = 286


@require_http_methods(["GET", "HEAD", "POST"])
def pricing(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return begin_checkout(request)
    context = {
        "price": format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY),
        **what_is_there(request.user),
        "refund_days": settings.REFUND_DAYS,
        "was_canceled": "canceled" in request.GET,
        "offers": [tell() for tell in OFFERS],
        "is_sandbox": bool(settings.SANDBOX_URL),
    }
    return render(request, "payments/pricing.html", context)


def what_is_there(user: User | AnonymousUser) -> dict[str, object]:
    """What makes paying needless: access, money on its way, a gift."""
    if not user.is_authenticated:
        return {}
    is_open = has_access(user)
    return {"has_access": is_open, "waiting": None if is_open else get_waiting(user)}


def begin_checkout(request: HttpRequest) -> HttpResponse:
    here = reverse("payments:pricing")
    if not request.user.is_authenticated:
        return redirect_to_login(here, reverse("account_signup"))
    try:
        return SeeOther(start_checkout(user=request.user))
    except AlreadyPaid:
        messages.info(request, gettext("Everything is open to you already, so there is nothing to pay."))
    except PaymentPending:
        messages.info(
            request,
            gettext(
                "Your payment is on its way: a bank takes some days over it. Everything opens once it arrives, and a "
                "receipt comes by mail. Please do not pay again."
            ),
        )
    except SetAside:
        messages.error(request, gettext("Your last payment is not what was offered. Our staff must look at it first."))
    except gateway.GatewayError as error:
        logger.error("Checkout did not start: %s", error)
        messages.error(
            request, gettext("The payment page cannot be reached just now. No money moved; please try again soon.")
        )
    return SeeOther(here)


@require_safe
@never_cache
@login_required
def payment_return(request: AuthenticatedRequest) -> HttpResponse:
    """Where Stripe sends the learner back. Being here proves nothing: only what Stripe says opens the courses."""
    form = ReturnForm(request.GET)
    if not form.is_valid():
        raise Http404
    session = get_checkout_session_for(request.user, form.cleaned_data["session_id"])
    result = get_result(ask_stripe(session))
    is_waiting = result.outcome == Outcome.WAITING
    now = int(time.time())
    since = form.cleaned_data["since"]
    context = {"result": result, "since": now, "is_polling": is_waiting}
    if not request.htmx:
        return render(request, "payments/return.html", context)
    if not is_waiting:
        return render(request, "payments/_outcome.html", context)
    has_waited_long = since is None or now - since > LONGEST_POLLING.total_seconds()
    return HttpResponse(status=STOP_POLLING if has_waited_long else NOTHING_NEW)


def ask_stripe(session: CheckoutSession) -> CheckoutSession:
    """The session with what Stripe says now; where Stripe cannot say, with what is known."""
    try:
        return fulfil(session_id=str(session))
    except (gateway.GatewayError, SetAside) as error:
        logger.warning("The return page learned nothing new of %s: %s", session, error)
        session.refresh_from_db()
        return session
