"""Purchases as staff see them: the list, one with its story, withholding and releasing what it opened."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.http import StaffRequest
from payments.models import CheckoutSession, Purchase
from payments.money import format_money
from payments.services import staff
from payments.studio import queries as ledger
from payments.studio import story
from payments.studio.acts import Act, ReasonForm, ask, for_staff, sent
from payments.studio.queries import get_purchase


def purchase_address(session: CheckoutSession) -> str:
    return reverse("payments_purchase", args=[session.pk])


@for_staff
def show_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    attempt = get_object_or_404(ledger.get_attempts(), pk=pk)
    purchases = Purchase.objects.select_related("session").prefetch_related("refunds", "disputes")
    purchase = purchases.filter(session=attempt).first()
    told = story.tell(attempt, purchase)
    context = {
        "attempt": attempt,
        "purchase": purchase,
        "state": ledger.State(attempt.state).label,
        "why_closed": purchase.why_closed if purchase else "",
        "amount": format_money(purchase.amount if purchase else attempt.amount, attempt.currency),
        "left": purchase.refundable_amount if purchase else 0,
        "left_in_words": format_money(purchase.refundable_amount, purchase.currency) if purchase else "",
        "steps": told.steps,
        "refused": list(ledger.get_refunds_in_trouble().filter(purchase__session=attempt)),
        "to_answer": [dispute for dispute in told.disputes if dispute.status in ledger.NEED_RESPONSE],
        "dashboard": story.get_dashboard_url("payments", attempt.payment_intent),
    }
    return render(request, "payments/studio/purchase.html", context)


@for_staff
def withhold_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        staff.withhold_purchase(purchase_id=purchase.pk, because=form.cleaned_data["because"], by=request.user)
        messages.success(request, gettext("Withheld. What this purchase opened is closed."))
        return redirect(purchase_address(session))
    act = Act(
        title=gettext("Withhold access"),
        about=f"{session.user or 'Deleted account'}, {purchase}",
        consequences=[
            gettext(
                "What this purchase opened closes at once, and stays closed until somebody of the staff releases it."
            ),
            gettext("The money stays where it is. Certificates stay valid. No mail goes out."),
        ],
        button=gettext("Withhold access"),
        back_to=purchase_address(session),
        icon="lock",
        is_serious=True,
    )
    return ask(request, act, form)


@for_staff
def release_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        staff.release_purchase(purchase_id=purchase.pk, because=form.cleaned_data["because"], by=request.user)
        purchase.refresh_from_db()
        why = purchase.why_closed
        messages.success(
            request,
            gettext("Released. It stays closed all the same: {why}.").format(why=why) if why else gettext("Released."),
        )
        return redirect(purchase_address(session))
    act = Act(
        title=gettext("Release access"),
        about=f"{session.user or 'Deleted account'}, {purchase}",
        consequences=[
            gettext("The purchase counts again: everything opens, unless the money went back or is disputed."),
            gettext(
                "If the learner has bought again meanwhile, this one counts as paid twice, and its money goes back."
            ),
            gettext("No mail goes out."),
        ],
        button=gettext("Release access"),
        back_to=purchase_address(session),
        icon="lock-open",
    )
    return ask(request, act, form)
