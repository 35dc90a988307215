"""What staff do about money and access: each act on a page of its own that says what follows, and asks why."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.validators import MinLengthValidator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from accounts.http import StaffRequest
from accounts.models import AccessGrant, User
from payments.errors import NoRefund
from payments.models import CheckoutSession, Dispute, Purchase, Refund, WebhookEvent
from payments.money import format_money
from payments.services import staff
from payments.studio import queries as ledger
from payments.studio import statistics, story

MAY_HANDLE_PAYMENTS = "payments.change_webhookevent"
MINOR_UNITS = 100  # in one of the currency, as payments.money writes it

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    guarded = permission_required(MAY_HANDLE_PAYMENTS)(require_http_methods(["GET", "POST"])(view))
    return require_admin_access(guarded)


def sent(request: StaffRequest) -> QueryDict | None:
    """What a form was sent with; a form that was sent empty was sent all the same."""
    return request.POST if request.method == "POST" else None


# --- Forms ------------------------------------------------------------------------------------------


class ReasonForm(forms.Form):
    because = forms.CharField(
        label=_("Why"),
        max_length=300,
        validators=[MinLengthValidator(3)],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the log, with your name. For your colleagues: the learner is not told."),
    )


class RefundForm(ReasonForm):
    field_order = ["amount", "because", "left"]
    left = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, purchase: Purchase) -> None:
        self.purchase = purchase
        self.most = purchase.refundable_amount
        left = format_money(self.most, purchase.currency)
        super().__init__(data, initial={"left": self.most, "amount": f"{Decimal(self.most) / MINOR_UNITS:.2f}"})
        self.fields["amount"] = forms.DecimalField(
            label=gettext("Amount, {upper}").format(upper=purchase.currency.upper()),
            min_value=Decimal(1) / MINOR_UNITS,
            max_value=Decimal(self.most) / MINOR_UNITS,
            decimal_places=2,
            help_text=gettext("At most {left}, which is what is left of the payment.").format(left=left),
            error_messages={
                "max_value": gettext("Only {left} is left.").format(left=left),
                "min_value": gettext("Give back at least one cent."),
            },
        )
        self.order_fields(self.field_order)

    @property
    def minor_units(self) -> int:
        return int(self.cleaned_data["amount"] * MINOR_UNITS)


class GrantForm(ReasonForm):
    field_order = ["email", "because"]
    key = forms.UUIDField(widget=forms.HiddenInput)
    email = forms.EmailField(label=_("The learner's e-mail address"), help_text=_("Of an account that exists."))

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        self.learner = User.objects.filter(email=email, is_active=True).first()
        if self.learner is None:
            raise forms.ValidationError(gettext("Nobody signs in with this address. Ask the learner to sign up first."))
        return email

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("key", "because")}


# --- The page of an act -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """What the page before an act says."""

    title: str
    about: str
    consequences: list[str]
    button: str
    back_to: str
    icon: str = "warning"
    is_serious: bool = False


def ask(request: StaffRequest, act: Act, form: forms.Form) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "payments/studio/act.html", {"act": act, "form": form}, status=status)


# --- Purchases --------------------------------------------------------------------------------------


def get_purchase(pk: int) -> tuple[CheckoutSession, Purchase]:
    """The purchase of an attempt, which lists and addresses know by the attempt."""
    purchase = get_object_or_404(Purchase.objects.select_related("session__user"), session=pk)
    return purchase.session, purchase


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
def refund_purchase(request: StaffRequest, pk: int) -> HttpResponse:
    session, purchase = get_purchase(pk)
    if purchase.refundable_amount <= 0:
        messages.warning(request, gettext("Nothing is left of this payment to give back."))
        return redirect(purchase_address(session))
    form = RefundForm(sent(request), purchase=purchase)
    if form.is_valid() and order_refund(form, by=request.user):
        messages.success(
            request, gettext("The refund is ordered. Stripe is asked in a moment; this page tells how it went.")
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
        "The money goes back the way it came, within five to ten days. It cannot be fetched again.",
        "Of everything: what the purchase opened closes when Stripe has given the money back. "
        "Certificates stay valid, and new credit cannot be claimed.",
        "Of a part: everything stays open, until the parts add up to all that was paid.",
        "A mail tells the payer.",
    ]
    if purchase.disputes.filter(status__in=Dispute.CLOSING).exists():
        consequences.insert(0, "The payer's bank asks for this money, too: what it takes should not be given twice.")
    return Act(
        title=gettext("Refund"),
        about=f"{session.user or 'Deleted account'}, {format_money(purchase.amount, purchase.currency)}, {purchase}",
        consequences=consequences,
        button=gettext("Give the money back"),
        back_to=purchase_address(session),
        is_serious=True,
    )


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


@for_staff
def retry_refund(request: StaffRequest, pk: int) -> HttpResponse:
    refund = get_object_or_404(Refund.objects.select_related("purchase__session"), pk=pk)
    back_to = purchase_address(refund.purchase.session)
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            if staff.retry_refund(refund_id=pk, because=form.cleaned_data["because"], by=request.user):
                messages.success(request, gettext("Stripe is asked again. The page tells how it went."))
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
            gettext("It did not go through: {why}").format(why=refund.problem or "it did not say why."),
            gettext("If the reason is gone, the money goes back now, and a mail tells the payer."),
        ],
        button=gettext("Ask again"),
        back_to=back_to,
        icon="rotate",
    )
    return ask(request, act, form)


# --- Access without payment -------------------------------------------------------------------------


@for_staff
def give_access(request: StaffRequest) -> HttpResponse:
    learner = request.GET.get("learner", "")
    known = User.objects.filter(pk=learner).first() if learner.isdecimal() else None
    form = GrantForm(sent(request), initial={"email": known.email if known else "", "key": uuid4()})
    if form.is_valid() and form.learner:
        staff.grant_without_payment(user=form.learner, by=request.user, **form.chosen)
        messages.success(request, gettext("Everything is open to {learner}.").format(learner=form.learner))
        return redirect("payments_grants")
    act = Act(
        title=gettext("Give access without payment"),
        about="",
        consequences=[
            gettext("Every course opens to the learner at once, until somebody takes it back. They may claim credit."),
            gettext("Nothing is charged, and no mail goes out."),
        ],
        button=gettext("Give access"),
        back_to=reverse("payments_grants"),
        icon="key",
    )
    return ask(request, act, form)


@for_staff
def take_back_access(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(AccessGrant.objects.select_related("user"), pk=pk, source="staff")
    form = ReasonForm(sent(request))
    if form.is_valid():
        if staff.revoke_grant(grant_id=pk, because=form.cleaned_data["because"], by=request.user):
            messages.success(request, gettext("What staff gave to {user} is taken back.").format(user=grant.user))
        else:
            messages.warning(request, gettext("This was taken back before."))
        return redirect("payments_grants")
    act = Act(
        title=gettext("Take access back"),
        about=f"{grant.user}, {grant.user.email}",
        consequences=[
            gettext(
                "The courses close to the learner at once, unless something else opens them: a purchase or a gift."
            ),
            gettext("Certificates stay valid. No mail goes out."),
        ],
        button=gettext("Take it back"),
        back_to=reverse("payments_grants"),
        icon="lock",
        is_serious=True,
    )
    return ask(request, act, form)


# --- Events and reconciliation ----------------------------------------------------------------------


@for_staff
def retry_event(request: StaffRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(WebhookEvent, pk=pk)
    form = ReasonForm(sent(request))
    if form.is_valid():
        if staff.retry_event(event_id=pk, because=form.cleaned_data["because"], by=request.user):
            messages.success(
                request, gettext("The event is processed again. If it stays in the list, its error says why.")
            )
        else:
            messages.warning(request, gettext("This event does not wait for another try."))
        return redirect("payments_events")
    act = Act(
        title=gettext("Try an event again"),
        about=str(event),
        consequences=[
            event.error or "It has not failed.",
            gettext("Stripe is asked what became of the payment, and access follows from that. Nothing happens twice."),
        ],
        button=gettext("Try again"),
        back_to=reverse("payments_events"),
        icon="rotate",
    )
    return ask(request, act, form)


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


# --- Money in pictures ------------------------------------------------------------------------------


@for_staff
def show_money(request: StaffRequest) -> HttpResponse:
    months = statistics.get_months(timezone.now())
    context = {
        "months": months[::-1],
        "total": statistics.add_up(months),
        "money": statistics.draw(months, ["taken", "refunded", "disputed"], statistics.write_price),
        "checkouts": statistics.draw(months, ["begun", "paid"], str),
    }
    return render(request, "payments/studio/money.html", context)
