"""Asking Stripe about one person's payments now, instead of at the next half hour."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.models import User
from payments import gateway
from payments.errors import SetAside
from payments.models import CheckoutSession
from payments.services.fulfilment import fulfil

# What lies further back was compared many times.
SINCE = timedelta(days=90)
MOST = 20


def ask_about_person(*, user: User, by: User) -> list[str]:
    """What Stripe says of each checkout of the person, the newest first, as a sentence each. It is stored, too.

    Raises GatewayError where Stripe cannot be asked.
    """
    log(user, "payments.ask_about_person", user=by)
    sessions = CheckoutSession.objects.filter(user=user, created_at__gt=timezone.now() - SINCE)
    return [ask_about(session) for session in sessions.exclude(stripe_id=None).order_by("-created_at")[:MOST]]


def ask_about(before: CheckoutSession) -> str:
    about = {"session": before.payment_intent or str(before)}
    try:
        after = fulfil(session_id=str(before))
    except gateway.Missing:
        mine = CheckoutSession.objects.filter(pk=before.pk, status=CheckoutSession.Status.OPEN)
        mine.update(status=CheckoutSession.Status.EXPIRED)
        return gettext("{session}: Stripe does not know it, so nothing was paid by it.").format(**about)
    except SetAside as why:
        return gettext("{session} is set aside for somebody who handles payments: {why}").format(**about, why=why)
    if (after.status, after.payment_status) == (before.status, before.payment_status):
        return gettext("{session}: Stripe says what stands here already.").format(**about)
    if hasattr(after, "purchase"):
        return gettext("{session}: it is paid. It was not known here, and is stored now.").format(**about)
    return gettext("{session}: Stripe knew something newer, and it is stored now.").format(**about)
