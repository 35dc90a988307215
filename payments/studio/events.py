"""What Stripe told: events that failed, payments that were set aside, and trying again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from accounts.http import StaffRequest
from payments.models import WebhookEvent
from payments.services import staff
from payments.studio.acts import Act, ReasonForm, ask, for_staff, sent


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
