import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.models import User
from accounts.queries import has_access
from core.http import SeeOther
from payments import gateway
from payments.errors import NoGift
from payments.forms import GiftForm, RecipientForm
from payments.models import Gift
from payments.money import format_price
from payments.queries.gifts import (
    GiftState,
    get_gift,
    get_gift_for,
    get_gifts_given,
    mask_address,
    owns_address,
    state_of_gift,
)
from payments.services.gifts import accept_gift, change_recipient, give, take_back_gift

logger = logging.getLogger(__name__)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def gifts(request: AuthenticatedRequest) -> HttpResponse:
    """Give access to somebody, and see what became of the gifts before."""
    form = GiftForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (address := find_hosted_page(request, form)):
        return SeeOther(address)
    given = [(gift, state_of_gift(gift)) for gift in get_gifts_given(request.user)]
    context = {
        "form": form,
        "given": given,
        "days": settings.GIFT_DAYS,
        "price": format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY),
        "was_canceled": "canceled" in request.GET,
    }
    return render(request, "payments/gifts.html", context)


def find_hosted_page(request: AuthenticatedRequest, form: GiftForm) -> str:
    """Where the giver pays; empty where it cannot be given now, with the reason on the form or above it."""
    try:
        return give(user=request.user, **form.cleaned_data)
    except NoGift as why:
        form.add_error("recipient", str(why))
    except gateway.GatewayError as error:
        logger.error("The checkout of a gift did not start: %s", error)
        messages.error(
            request, gettext("The payment page cannot be reached just now. No money moved; please try again soon.")
        )
    return ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change_address(request: AuthenticatedRequest, gift_id: int) -> HttpResponse:
    gift = get_gift_for(request.user, gift_id)
    form = RecipientForm(request.POST if request.method == "POST" else None, initial={"recipient": gift.recipient})
    if form.is_valid():
        try:
            gift = change_recipient(user=request.user, gift_id=gift_id, **form.cleaned_data)
        except NoGift as why:
            form.add_error("recipient", str(why))
        else:
            messages.success(
                request,
                gettext("The gift is on its way to {recipient}. The earlier link opens nothing.").format(
                    recipient=gift.recipient
                ),
            )
            return SeeOther(reverse("payments:gifts"))
    context = {"gift": gift, "form": form, "is_waiting": state_of_gift(gift) == GiftState.WAITING}
    return render(request, "payments/gift_address.html", context)


def say_what_goes_back(gift: Gift) -> str:
    if gift.session.purchase.is_free:
        return gettext("The gift is taken back. A code paid for it, so no money goes back.")
    return gettext("The gift is taken back, and its refund is ordered. A mail comes once it is sent.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_back(request: AuthenticatedRequest, gift_id: int) -> HttpResponse:
    gift = get_gift_for(request.user, gift_id)
    if request.method == "POST":
        try:
            take_back_gift(gift_id=gift_id, user=request.user)
        except NoGift as why:
            messages.error(request, str(why))
        else:
            messages.success(request, say_what_goes_back(gift))
        return SeeOther(reverse("payments:gifts"))
    context = {"gift": gift, "is_waiting": state_of_gift(gift) == GiftState.WAITING}
    return render(request, "payments/gift_take_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail opens. The link alone accepts nothing: the account must own the address."""
    gift = get_gift(token)
    here = reverse("payments:gift", args=[token])
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(here)
        return accept(request, request.user, gift)
    user = request.user if request.user.is_authenticated else None
    context = {
        "gift": gift,
        "state": state_of_gift(gift),
        "here": here,
        "recipient": mask_address(gift.recipient),
        **viewer_facts(gift, user),
    }
    return render(request, "payments/gift.html", context)


def viewer_facts(gift: Gift, user: User | None) -> dict[str, object]:
    """Who is looking."""
    if user is None:
        return {}
    return {
        "is_giver": gift.session.user_id == user.pk,
        "is_acceptor": gift.accepted_by_id == user.pk,
        "is_address_right": user.email.lower() == gift.recipient.lower(),
        "is_address_proven": owns_address(user, gift.recipient),
        "has_access": has_access(user),
    }


def accept(request: HttpRequest, user: User, gift: Gift) -> HttpResponse:
    here = reverse("payments:gift", args=[gift.token])
    try:
        accept_gift(user=user, token=gift.token)
    except NoGift as why:
        messages.error(request, str(why))
        return SeeOther(here)
    messages.success(request, gettext("The gift is yours: every course is open to you."))
    # The giver's words are read now and not before: until then nobody has proven to be whom they are for.
    return SeeOther(here if gift.message else reverse("learn"))
