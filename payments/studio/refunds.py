"""Giving money back, in full or in part, and asking again where Stripe refused."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from accounts.http import StaffRequest
from accounts.models import User
from core.acts import Act, ReasonForm, ask, sent
from payments.errors import NoRefund
from payments.models import CheckoutSession, Dispute, Purchase, Refund
from payments.money import decimals_of, format_money, to_minor_units, to_units
from payments.services import staff
from payments.studio.acts import for_payments
from payments.studio.purchases import purchase_address
from payments.studio.queries import get_purchase


class RefundForm(ReasonForm):
    field_order = ["amount", "because", "left"]
    left = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, purchase: Purchase) -> None:
        self.purchase = purchase
        self.most = purchase.refundable_amount
        left = format_money(self.most, purchase.currency)
        most, least = (to_units(amount, purchase.currency) for amount in (self.most, 1))
        super().__init__(data, initial={"left": self.most, "amount": str(most)})
        self.fields["amount"] = forms.DecimalField(
            label=gettext("Amount, {upper}").format(upper=purchase.currency.upper()),
            min_value=least,
            max_value=most,
            decimal_places=decimals_of(purchase.currency),
            help_text=gettext("At most {left}, which is what is left of the payment.").format(left=left),
            error_messages={
                "max_value": gettext("Only {left} is left.").format(left=left),
                "min_value": gettext("Give back at least {least}.").format(least=format_money(1, purchase.currency)),
            },
        )
        self.order_fields(self.field_order)

    @property
    def minor_units(self) -> int:
        return to_minor_units(self.cleaned_data["amount"], self.purchase.currency)


@for_payments
def refund_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    if purchase.refundable_amount <= 0:
        messages.warning(request, gettext("Nothing is left of this payment to give back."))
        return redirect(purchase_address(session))
    form = RefundForm(sent(request), purchase=purchase)
    if form.is_valid() and order_refund(form, by=request.user):
        messages.success(
            request, gettext("The refund is ordered. We ask Stripe in a moment; this page shows how it went.")
        )
        return redirect(purchase_address(session))
    return ask(request, about_refund(session, purchase), form)


def order_refund(form: RefundForm, *, by: User) -> bool:
    try:
        staff.refund_purchase(
            purchase_id=form.purchase.pk,
            amount=form.minor_units,
            left=form.cleaned_data["left"],
            note=form.cleaned_data["because"],
            by=by,
        )
    except NoRefund as error:
        form.add_error(None, str(error))
        return False
    return True


def about_refund(session: CheckoutSession, purchase: Purchase) -> Act:
    consequences = [
        gettext("The money goes back the way it came, within five to ten days. It cannot be fetched again."),
        gettext(
            "If you give back everything, what the purchase opened closes when Stripe has returned the money. "
            "Certificates stay valid, and new credit cannot be claimed."
        ),
        gettext("If you give back a part, everything stays open until the parts add up to all that was paid."),
        gettext("A mail tells the payer."),
    ]
    if purchase.disputes.filter(status__in=Dispute.CLOSING).exists():
        consequences.insert(
            0, gettext("The payer's bank asks for this money, too: do not give back what the bank may take.")
        )
    payer = session.user or gettext("Deleted account")
    return Act(
        title=gettext("Refund"),
        about=f"{payer}, {format_money(purchase.amount, purchase.currency)}, {purchase}",
        consequences=consequences,
        button=gettext("Give the money back"),
        back_to=purchase_address(session),
        is_serious=True,
    )


@for_payments
def retry_refund(request: StaffRequest, pk: int) -> HttpResponse:
    refund = get_object_or_404(Refund.objects.select_related("purchase__session"), pk=pk)
    back_to = purchase_address(refund.purchase.session)
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            if staff.retry_refund(refund_id=pk, because=form.cleaned_data["because"], by=request.user):
                messages.success(request, gettext("We ask Stripe again. This page shows how it went."))
            else:
                messages.warning(request, gettext("This refund does not wait for another try."))
        except NoRefund as why:
            messages.error(request, str(why))
        return redirect(back_to)
    act = Act(
        title=gettext("Ask again for a refund"),
        about=gettext("{currency} of {purchase}").format(
            currency=format_money(refund.amount, refund.currency), purchase=refund.purchase
        ),
        consequences=[
            gettext("It did not go through: {why}").format(why=refund.problem or gettext("Stripe did not say why.")),
            gettext("If the reason is gone, the money goes back now, and a mail tells the payer."),
        ],
        button=gettext("Ask again"),
        back_to=back_to,
        icon="rotate",
    )
    return ask(request, act, form)
