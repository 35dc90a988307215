"""A person's own copy of everything: a ZIP of JSON for machines, Markdown for people, and the certificates."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import accounts.own_data
import cme.own_data
import courses.own_data
import payments.own_data
from accounts.models import User
from courses.notes.export import to_markdown
from courses.notes.queries import get_all_notes
from escan.models import ContactMessage

# Bytes that are kept in memory before a temporary file takes over.
IN_MEMORY = 5_000_000


def gather_messages(user: User) -> dict[str, Any]:
    own = ContactMessage.objects.filter(user=user).order_by("created_at")
    return {"messages": list(own.values("topic", "name", "email", "message", "created_at", "handled_at"))}


@dataclass(frozen=True)
class Part:
    """One JSON file: who gathers it, and what each of its keys holds."""

    file: str
    gather: Callable[[User], Mapping[str, Any]]
    keys: Mapping[str, Promise]


PARTS = [
    Part(
        "account.json",
        accounts.own_data.gather_data,
        {
            "account": _("who you are here. Of a password only whether there is one"),
            "addresses": _("e-mail addresses, and which are proven to be yours"),
            "second_factors": _("that you have them, since when, and when each was last used; never their keys"),
            "access": _("what opens the courses to you, and since when"),
            "mails": _("our mails that follow your account: to which address, what about, and what became of them"),
            "mail_preferences": _("kinds of mail that you turned on or off"),
            "acts": _("what the log says that you did"),
        },
    ),
    Part(
        "learning.json",
        courses.own_data.gather_data,
        {
            "courses": _("courses that you started, and the lesson where you stopped"),
            "lessons": _("lessons that you opened and completed; “block” names the place where you stopped"),
            "attempts": _(
                "attempts at tests; “purpose” is post_test, or pre_test, which counts for nothing. “answer” counts the "
                "choices from 0; what is right is told once a post-test is handed in"
            ),
            "checks": _("your last answer to each check in a lesson"),
            "watched": _("which seconds of each film you watched: from each second up to, and without, the other"),
            "watch_clock": _("up to when the time that passed is counted as watched"),
            "review": _("questions that come back to you: when, how well they are remembered, and your answers"),
            "completions": _("courses that you completed, with score and the revision of each lesson that counted"),
            "notes": _("notes, highlights and bookmarks; “second” is of a video. The same as text: notes.md"),
        },
    ),
    Part(
        "credit.json",
        cme.own_data.gather_data,
        {
            "claims": _("credit that you claimed, and the words that you attested"),
            "evaluations": _("your answers about each course. Reports show them without your name"),
            "certificates": _(
                "every printed word, the code and the SHA-256 of the file. The files are in certificates/"
            ),
        },
    ),
    Part(
        "payments.json",
        payments.own_data.gather_data,
        {
            "stripe_customer": _("how Stripe names you"),
            "checkouts": _(
                "each time that you opened the payment page. Amounts are in cents, or what your currency has"
            ),
            "purchases": _("what was paid"),
            "refunds": _("what went back"),
            "disputes": _("what your bank asked for"),
            "gifts_given": _("access that you paid for others, and the address that you typed"),
            "gifts_accepted": _("access that others paid for you"),
        },
    ),
    Part("messages.json", gather_messages, {"messages": _("what you wrote to us, and when we settled it")}),
]

INTRODUCTION = _("""# Your data at eScan Academy

All that the academy keeps about {email}, as of {day}. Dates are written as 2026-11-23; times are in UTC.

What is not in here: the hash of your password, keys of second factors, sessions; and what is about others, such as the
name of somebody who gave you access. Stripe keeps your card and your invoices: see your purchases.
""")


def write_archive(user: User, today: date) -> IO[bytes]:
    """The ZIP, ready to be read from its beginning. Whoever asks closes it."""
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer is read from it
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.md", write_readme(user, today))
        for part in PARTS:
            archive.writestr(part.file, as_json(part.gather(user)))
        if notes := get_all_notes(user):
            archive.writestr("notes.md", to_markdown(notes, site=settings.SITE_URL))
        for name, content in cme.own_data.gather_files(user):
            archive.writestr(f"certificates/{name}", content)
    target.seek(0)
    return target


def as_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def write_readme(user: User, today: date) -> str:
    lines = [str(INTRODUCTION).format(email=user.email, day=today.isoformat())]
    for part in PARTS:
        lines += [f"## {part.file}\n", *(f"- `{key}`: {words}." for key, words in part.keys.items()), ""]
    lines += [
        "## {}\n".format(gettext("Other files")),
        "- `notes.md`: {}.".format(gettext("your notes, if you have any")),
        "- `certificates/`: {}.\n".format(gettext("your certificates")),
    ]
    return "\n".join(lines)
