"""The home page, and the mail that confirms a message (core.texts)."""

from types import SimpleNamespace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.texts import Place, Text, register

register(
    Place(
        "home",
        _("Home page"),
        (
            Text("headline", _("Headline, first line"), _("Learn what to see."), most=26),
            Text("headline-2", _("Headline, second line"), _("Then say what it means."), most=30),
            Text(
                "lede",
                _("Under the headline"),
                _(
                    "Courses for people who read images: one clear drawing for every sign, every published rate with "
                    "its uncertainty, checks that explain each answer, and a test."
                ),
                most=260,
            ),
            Text(
                "open",
                _("What is open, for strangers"),
                _("The first lessons are open to everyone, without an account. {price} once opens the rest."),
                most=140,
            ),
            Text("question", _("Question: heading"), _("Try a question"), most=40),
            Text(
                "question-lede",
                _("Question: where it is from"),
                _("A check from “{lesson}”, a lesson that is open to you."),
                most=120,
            ),
            Text("drawing", _("Drawings: heading"), _("A drawing for every sign"), most=40),
            Text("rates", _("Rates: heading"), _("Every rate, with its interval"), most=40),
            Text(
                "rates-lede",
                _("Rates: below the heading"),
                _("Study, year, number and interval stand beside each percentage. This one is in “{lesson}”."),
                most=160,
            ),
            Text("with-it", _("What the courses hold: heading"), _("What comes with it"), most=40),
            Text("receives", _("Credit: heading"), _("What each profession receives"), most=40),
            Text("price", _("Price: heading"), _("One price"), most=40),
            Text(
                "price-lede",
                _("Below the price"),
                _(
                    "Once. Every course that is here, and every course that comes. No subscription, no fee for a "
                    "certificate."
                ),
                most=170,
            ),
            Text("teachers", _("Faculty: heading"), _("Who teaches"), most=40),
        ),
        address="/",
        view="escan.pages.site.home",
    )
)

register(
    Place(
        "confirmation",
        _("Mail: your message is with us"),
        (
            Text("subject", _("Subject"), _("Your message {number} to eScan Academy"), most=80),
            Text(
                "opening",
                _("Opening"),
                _(
                    "Your message is with us. A person reads it and answers to this address. Its number is {number}; "
                    "topic: {topic}."
                ),
                most=300,
            ),
            Text(
                "closing",
                _("Closing"),
                _("If you did not write to us, somebody typed your address by mistake: there is nothing to do."),
                most=200,
            ),
        ),
        template="escan/email/confirmation",
        sample=lambda: {"message": SimpleNamespace(pk=4711, get_topic_display=gettext("A question"))},
    )
)
