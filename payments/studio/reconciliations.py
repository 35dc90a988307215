"""Comparisons of what Stripe says, what we keep and what is open."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from accounts.http import StaffRequest
from payments.services import staff
from payments.studio.acts import Act, ReasonForm, ask, for_staff, sent


@for_staff
def run_reconciliation(request: StaffRequest) -> HttpResponse:
    form = ReasonForm(sent(request))
    if form.is_valid():
        staff.order_reconciliation(because=form.cleaned_data["because"], by=request.user)
        messages.success(request, gettext("The comparison is ordered. It appears in this list when it begins."))
        return redirect("payments_reconciliations")
    act = Act(
        title=gettext("Compare now"),
        about=gettext("It runs by itself twice an hour."),
        consequences=[
            gettext(
                "Stripe is asked about every checkout that is undecided and every event that did not arrive; "
                "then every purchase is compared with the access that it should give."
            ),
            gettext("What disagrees is mended, and a mail tells the staff what it was."),
        ],
        button=gettext("Compare now"),
        back_to=reverse("payments_reconciliations"),
        icon="rotate",
    )
    return ask(request, act, form)
