"""The page of the price, and mails about payments and gifts (core.texts).

The price, the time for a refund, what a payment came to and who awards credit are computed: they stand in no text, or
as a placeholder that every version needs.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.texts import Place, Text, register
from payments.money import format_price

register(
    Place(
        "pricing",
        _("Page of the price"),
        (
            Text(
                "lede",
                _("Under the price"),
                _("Once. Every course that is here, and every course that comes."),
                most=140,
            ),
            Text("get", _("List of what one gets: heading"), _("What you get"), most=40),
            Text(
                "get-tests",
                _("Tests"),
                _("Post-tests that give the reason for every choice; retake them when you need to"),
                most=120,
            ),
            Text("get-credit", _("Credit"), _("CME credit, where a course is designated for it"), most=120),
            Text(
                "get-certificate",
                _("Certificates"),
                _("A certificate for each claim, which anyone can verify"),
                most=120,
            ),
            Text("get-receipt", _("Receipt"), _("A receipt by mail as soon as the payment arrives"), most=120),
            Text("not", _("List of what one does not get: heading"), _("What you do not"), most=40),
            Text("fails", _("Failed payment: question"), _("What if the payment fails?"), most=60),
            Text(
                "fails-answer",
                _("Failed payment: answer"),
                _(
                    "If the card is declined, or you leave before paying, no money moves. Come back to this page and "
                    "use the same button."
                ),
                most=300,
            ),
            Text("twice", _("Paying twice: question"), _("Could I pay twice?"), most=60),
            Text(
                "twice-answer",
                _("Paying twice: answer"),
                _(
                    "A second click, or a second tab, comes to the same payment page. Once it is paid, this page asks "
                    "for nothing more."
                ),
                most=300,
            ),
            Text("colleague", _("A colleague: question"), _("Can I pay for a colleague?"), most=60),
            Text(
                "colleague-answer",
                _("A colleague: answer"),
                _(
                    "Yes: it costs the same, and they accept it with an account of their own. Until then you can take "
                    "it back."
                ),
                most=300,
            ),
        ),
        address="/pricing/",
        view="payments.views.pricing.pricing",
    )
)


def sample() -> dict[str, Any]:
    """What the templates of all these mails need."""
    return {
        "amount": format_price(settings.PRICE_AMOUNT, settings.PRICE_CURRENCY),
        "paid_on": date(2026, 11, 23),
        "lines": [],
        "purchase": {"is_free": False, "amount": settings.PRICE_AMOUNT, "reference": "pi_3Sample", "session_id": 1},
        "refund": {"status": "succeeded"},
        "refund_days": settings.REFUND_DAYS,
        "is_whole": True,
        "user": {"email": "rosa@example.org"},
        "days": settings.GIFT_DAYS,
    }


def sample_gift() -> dict[str, Any]:
    return sample() | {"gift": {"recipient": "colleague@example.org", "token": "sample"}}


register(
    Place(
        "receipt",
        _("Mail: the receipt"),
        (
            Text("subject", _("Subject"), _("Receipt: {amount} for eScan Academy"), most=80),
            Text("opening", _("Opening"), _("Thank you: your payment arrived."), most=160),
            Text("opens", _("What it opens"), _("It opens every course of eScan Academy."), most=160),
            Text("button", _("Button"), _("Go to the courses"), most=30),
        ),
        template="payments/email/receipt",
        sample=sample,
    )
)

register(
    Place(
        "refund",
        _("Mail: a refund"),
        (
            Text("subject", _("Subject"), _("Refund: {amount} from eScan Academy"), most=80),
            Text("sent", _("Opening, once it is sent"), _("We have sent {amount} back the way it came."), most=160),
            Text(
                "on-its-way",
                _("Opening, before that"),
                _("{amount} is on its way back to you, the way it came."),
                most=160,
            ),
            Text("button", _("Button"), _("See the refund"), most=30),
            Text(
                "closing",
                _("Closing"),
                _("If it has not arrived after ten days, answer this mail: a person reads it."),
                most=200,
            ),
        ),
        template="payments/email/refund",
        sample=sample,
    )
)

register(
    Place(
        "gift",
        _("Mail: a gift, to its recipient"),
        (
            Text("subject", _("Subject"), _("Somebody gives you every course of eScan Academy"), most=80),
            Text(
                "opening",
                _("Opening"),
                _("Somebody has paid for your access to eScan Academy: every course, once, without an end."),
                most=200,
            ),
            Text(
                "about",
                _("What the academy is"),
                _(
                    "Radiology courses to study at any hour, with post-tests, and CME credit where a course is "
                    "designated for it."
                ),
                most=240,
            ),
            Text(
                "how",
                _("How it is accepted"),
                _(
                    "Sign in or create an account with this address, {recipient}: then you see who gives it, and can "
                    "accept. No other account can, and you pay nothing."
                ),
                most=300,
            ),
            Text("button", _("Button"), _("Open the gift"), most=30),
            Text(
                "closing",
                _("Closing"),
                _(
                    "If nobody accepts it within {days} days of the payment, the gift goes back to whoever gave it. "
                    "You do not know them, or want no gift? Then leave this mail as it is: nothing else will come."
                ),
                most=360,
            ),
        ),
        template="payments/email/gift",
        sample=sample_gift,
    )
)

register(
    Place(
        "gift-accepted",
        _("Mail: the gift was accepted, to the giver"),
        (
            Text("subject", _("Subject"), _("Your gift for {recipient} was accepted"), most=80),
            Text(
                "opening",
                _("Opening"),
                _(
                    "Your gift for {recipient} was accepted: every course of eScan Academy is open to them now. Thank "
                    "you for giving it."
                ),
                most=240,
            ),
            Text("closing", _("Closing"), _("Since it is accepted, it can no longer be taken back."), most=160),
            Text("button", _("Button"), _("Your gifts"), most=30),
        ),
        template="payments/email/gift_accepted",
        sample=sample_gift,
    )
)

register(
    Place(
        "gift-returned",
        _("Mail: the gift comes back, to the giver"),
        (
            Text("subject", _("Subject"), _("Your gift for {recipient} comes back to you"), most=80),
            Text(
                "opening",
                _("Opening"),
                _(
                    "Nobody accepted your gift for {recipient} within {days} days, so it comes back to you, and its "
                    "link opens nothing more."
                ),
                most=240,
            ),
            Text("button", _("Button"), _("Your gifts"), most=30),
            Text(
                "closing",
                _("Closing"),
                _("You can give it again at any time: a mistyped address is the commonest reason."),
                most=200,
            ),
        ),
        template="payments/email/gift_returned",
        sample=sample_gift,
    )
)
