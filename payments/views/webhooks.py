import logging

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments import gateway
from payments.services.events import record_event

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    try:
        event = gateway.verify_event(body=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except gateway.BadEvent as error:
        logger.warning("A webhook was turned away: %s", error)
        return HttpResponseBadRequest("Not a signed event.\n", content_type="text/plain")
    record_event(event=event)
    return HttpResponse(status=200)
