import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
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
from payments.errors import NoRefund
from payments.models import BillingDetails, Purchase
from payments.queries.gifts import get_gifts_accepted
from payments.queries.refunds import find_obstacle, refundable_until
from payments.queries.results import Result, get_purchase_for, get_purchases
from payments.services.refunds import request_refund

logger = logging.getLogger(__name__)

# Stripe's own pages of a payment, by the last part of their address here.
PAPERS = {"invoice": "invoice", "invoice-pdf": "invoice_pdf", "stripe-receipt": "receipt"}


@login_required
@require_safe
@never_cache
def purchases(request: AuthenticatedRequest) -> HttpResponse:
    context = {
        "purchases": get_purchases(request.user),
        "gifts": get_gifts_accepted(request.user),
    }
    return render(request, "payments/purchases.html", context)


@login_required
@require_safe
@never_cache
def receipt(request: AuthenticatedRequest, session_id: int) -> HttpResponse:
    result = get_purchase_for(request.user, session_id)
    context = {"result": result, "payer": request.user, **about_invoice(result), **refund_facts(request, result)}
    return render(request, "payments/receipt.html", context)


def about_invoice(result: Result) -> dict[str, object]:
    """Who sold, and to whom it is made out."""
    return {
        "seller": settings.SELLER_NAME,
        "seller_address": settings.SELLER_ADDRESS,
        "seller_tax_number": settings.SELLER_TAX_NUMBER,
        "billing": BillingDetails.objects.filter(purchase=result.purchase).first() if result.purchase else None,
    }


def refund_facts(request: AuthenticatedRequest, result: Result) -> dict[str, object]:
    """Until when the money can be had back, and why it cannot be."""
    if result.purchase is None:
        return {}
    return {
        "refundable_until": refundable_until(result.purchase),
        "refund_days": settings.REFUND_DAYS,
        "obstacle": find_obstacle(purchase=result.purchase, user=request.user),
    }


@login_required
@require_safe
@never_cache
def paper(request: AuthenticatedRequest, session_id: int, paper: str) -> HttpResponse:
    """To Stripe's own page of the payment: its address is asked for each time, for it does not hold forever."""
    if paper not in PAPERS:
        raise Http404
    result = get_purchase_for(request.user, session_id)
    back = SeeOther(reverse("payments:receipt", args=[session_id]))
    try:
        found = gateway.find_papers(str(result.session))
    except gateway.GatewayError as error:
        logger.warning("The papers of %s were not found: %s", result.session, error)
        messages.error(
            request, gettext("Stripe cannot be reached just now. This page is your receipt, too; try again soon.")
        )
        return back
    address: str = getattr(found, PAPERS[paper])
    if not address:
        messages.info(request, gettext("Stripe has no such paper for this purchase. This page is your receipt."))
        return back
    return SeeOther(address)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def refund(request: AuthenticatedRequest, session_id: int) -> HttpResponse:
    """First the consequences, then a button."""
    result = get_purchase_for(request.user, session_id)
    if result.purchase is None:
        raise Http404
    if request.method == "POST":
        return ask_for_refund(request, result)
    return render(request, "payments/refund.html", {"result": result, **refund_facts(request, result)})


def say_what_follows(user: User) -> str:
    if has_access(user):
        return gettext(
            "Your refund is ordered. The courses stay open by what you have beside it. A mail comes once it is sent."
        )
    return gettext("Your refund is ordered, and the courses are closed. A mail comes once it is sent.")


def ask_for_refund(request: AuthenticatedRequest, result: Result) -> HttpResponse:
    try:
        request_refund(user=request.user, session_id=str(result.session))
    except NoRefund as why:
        messages.error(request, str(why))
    except Purchase.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, say_what_follows(request.user))
    return SeeOther(reverse("payments:receipt", args=[result.session.pk]))
