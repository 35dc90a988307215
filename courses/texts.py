"""The mail of Recall (core.texts). How many questions are due is counted, and no text."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.texts import Place, Text, register

register(
    Place(
        "recall-due",
        _("Mail: questions are due in Recall"),
        (
            Text("button", _("Button"), _("Recall now"), most=30),
            Text(
                "closing",
                _("Closing"),
                _("This mail comes once a week at most, and no more after a month without Recall."),
                most=200,
            ),
        ),
        template="courses/recall/email/recall_due",
        sample=lambda: {
            "due": 12,
            "minutes": 9,
            "kind": {"title": gettext("Questions that are due in Recall")},
            "unsubscribe_url": "https://academy.example/",
        },
    )
)
