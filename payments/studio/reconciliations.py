"""Comparisons of what Stripe says, what we keep and what is open."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import HeaderButton

from accounts.http import StaffRequest
from core.acts import Act, ReasonForm, ask, sent
from payments.models import Reconciliation
from payments.services import staff
from payments.studio.acts import for_payments
from payments.studio.lists import PaymentsReport


class FoundColumn(Column):
    cell_template_name = "payments/studio/found_cell.html"


class ReconciliationsView(PaymentsReport):
    page_title = _("Reconciliation")
    header_icon = "rotate"
    index_url_name = "payments_reconciliations"
    index_results_url_name = "payments_reconciliations_results"
    model = Reconciliation
    columns = [
        DateColumn("started_at", label=_("Begun")),
        DateColumn("finished_at", label=_("Ended")),
        FoundColumn("found", label=_("What it found"), accessor=lambda row: row, width="65%"),
    ]
    list_export = ["started_at", "finished_at", "found"]
    export_filename = "reconciliation"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(gettext("Compare now"), url=reverse("payments_run_reconciliation"), icon_name="rotate")]


@for_payments
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
