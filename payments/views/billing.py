from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from core.http import SeeOther
from payments.forms import BillingForm
from payments.models import BillingDetails
from payments.queries.results import get_purchase_for
from payments.services.billing import write_billing_details


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def billing_details(request: AuthenticatedRequest, session_id: int) -> HttpResponse:
    """The payer's own name, address and tax number for the receipt."""
    result = get_purchase_for(request.user, session_id)
    if result.purchase is None:
        raise Http404
    known = BillingDetails.objects.filter(purchase=result.purchase).first()
    known = known or BillingDetails(purchase=result.purchase, name=request.user.name)
    form = BillingForm(request.POST if request.method == "POST" else None, instance=known)
    if form.is_valid():
        write_billing_details(purchase_id=result.purchase.pk, by=request.user, **form.cleaned_data)
        messages.success(
            request, gettext("Your receipt is made out to this address. Print this page, or save it as PDF.")
        )
        return SeeOther(reverse("payments:receipt", args=[session_id]))
    context = {"form": form, "session_id": session_id}
    return render(request, "payments/billing_details.html", context, status=422 if form.is_bound else 200)
