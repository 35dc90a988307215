"""A person's own copy of everything: a ZIP of JSON for machines, Markdown for people, and the certificates."""

import json
from collections.abc import Mapping
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import PARTS, OwnData, register
from escan.models import ContactMessage, SupportRequest

# Bytes that are kept in memory before a temporary file takes over.
IN_MEMORY = 5_000_000


@register
class Messages(OwnData):
    file = "messages.json"
    order = 50
    keys = {
        "messages": _("what you wrote to us, and when we settled it"),
        "requests": _("what our staff began for you: another address, or two accounts that became one"),
    }

    def gather(self, user: User) -> dict[str, Any]:
        own = ContactMessage.objects.filter(user=user).order_by("created_at")
        requests = SupportRequest.objects.filter(user=user).order_by("created_at")
        return {
            "messages": list(own.values("topic", "name", "email", "message", "created_at", "handled_at")),
            "requests": list(requests.values("kind", "created_at", "done_at", "ended_at")),
        }


INTRODUCTION = _("""# Your data at eScan Academy

All that the academy keeps about {email}, as of {day}. Dates are written as 2026-11-23; times are in UTC.

What is not in here: the hash of your password, keys of second factors and of sessions; and what is about
others, such as the name of somebody who gave you access. Stripe keeps your card and your invoices: see your purchases.
""")


def write_archive(user: User, today: date) -> IO[bytes]:
    """The ZIP, ready to be read from its beginning. Whoever asks closes it."""
    target: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer is read from it
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.md", write_readme(user, today))
        for part in PARTS:
            archive.writestr(part.file, as_json(part.gather(user)))
        for part in PARTS:
            for path, content in part.gather_files(user):
                archive.writestr(path, content)
    target.seek(0)
    return target


def as_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def write_readme(user: User, today: date) -> str:
    lines = [str(INTRODUCTION).format(email=user.email, day=today.isoformat())]
    for part in PARTS:
        lines += [f"## {part.file}\n", *(f"- `{key}`: {words}." for key, words in part.keys.items()), ""]
    lines.append("## {}\n".format(gettext("Other files")))
    for part in PARTS:
        lines += [f"- `{path}`: {words}." for path, words in part.other_files.items()]
    return "\n".join([*lines, ""])
