"""The payer's name, address and tax number, typed by staff; and the receipt as the payer prints it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from accounts.http import StaffRequest
from core.acts import Act, ask, sent
from payments.forms import BillingForm
from payments.models import BillingDetails
from payments.queries.results import get_result
from payments.services.billing import write_billing_details
from payments.studio.acts import for_payments
from payments.studio.purchases import purchase_address
from payments.studio.queries import get_purchase
from payments.views.purchases import about_invoice


@for_payments
def write_details(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    known = BillingDetails.objects.filter(purchase=purchase).first() or BillingDetails(purchase=purchase)
    form = BillingForm(sent(request), instance=known)
    if form.is_valid():
        write_billing_details(purchase_id=purchase.pk, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            gettext("The receipt is made out to this address. Print it, or tell the payer to: it is in their account."),
        )
        return redirect("payments_print_receipt", session.pk)
    act = Act(
        title=gettext("Receipt with address and tax number"),
        about=f"{session.user or gettext('Deleted account')}, {purchase}",
        consequences=[
            gettext("The payer's receipt, under Purchases in their account, is made out to this name and address."),
            gettext("Stripe's own invoice stays as it is. No mail goes out."),
        ],
        button=gettext("Save"),
        back_to=purchase_address(session),
        icon="doc-full",
    )
    return ask(request, act, form)


@for_payments
def print_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    session, _purchase = get_purchase(pk)
    result = get_result(session)
    context = {"result": result, "payer": session.user, "is_copy": True, **about_invoice(result)}
    return render(request, "payments/receipt.html", context)
