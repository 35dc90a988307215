"""Files of questions as other systems write and read them. Pure: bytes in, bytes out, no rows.

A file becomes questions of `neutral`, which every kind of question takes or leaves, and lines on what was not
understood. A question is taken whole or not at all (decision 66).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import NotText, decode
from courses.assessment.errors import FileRefused
from courses.assessment.formats import gift, moodle
from courses.assessment.formats.neutral import Given, Report

__all__ = ["FORMATS", "LARGEST_FILE", "MOST_QUESTIONS", "Format", "Report", "read_file"]

LARGEST_FILE = 10_000_000
"""Bytes."""
MOST_QUESTIONS = 2000


@dataclass(frozen=True)
class Format:
    name: str
    """In the database and in addresses."""
    label: str | Promise
    suffix: str
    media_type: str
    write: Callable[[Sequence[Given]], bytes]
    find_lost: Callable[[Given], str]
    """What of a question this format has no words for, in a sentence: such a question is not written."""


FORMATS = {
    form.name: form
    for form in (
        Format("moodle", gettext_lazy("Moodle XML"), "xml", "application/xml", moodle.write, moodle.find_lost),
        Format("gift", gettext_lazy("GIFT"), "txt", "text/plain; charset=utf-8", gift.write, gift.find_lost),
    )
}

# By their first bytes.
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
OTHERS = (b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF")


def read_file(data: bytes) -> tuple[str, Report]:
    """The name of the format, told by what the file holds and not by its name, and what it says.

    Raises FileRefused for what is no file of questions.
    """
    if not data.strip():
        raise FileRefused(_("The file is empty."))
    if len(data) > LARGEST_FILE:
        raise FileRefused(
            _("The file is larger than %(most)d MB. Export it in parts.") % {"most": LARGEST_FILE // 10**6}
        )
    if data.startswith(ARCHIVES):
        raise FileRefused(_("This is an archive. Unpack it, and send the file of questions that is in it."))
    if data.startswith(OTHERS):
        raise FileRefused(_neither())
    try:
        decoded = decode(data)
    except NotText as error:
        raise FileRefused(_neither()) from error
    if decoded.text.lstrip("\ufeff \t\r\n").startswith("<"):
        form, report = "moodle", moodle.read(data)
    else:
        form, report = "gift", gift.read(decoded.text)
        if decoded.is_guess:
            report.tell(1, _("The file is not saved as Unicode and was read as Windows text: look at its accents."))
    if not report.questions and not report.lines:
        raise FileRefused(_neither())
    if len(report.questions) > MOST_QUESTIONS:
        raise FileRefused(
            _("The file has more than %(most)d questions. Export it in parts.") % {"most": MOST_QUESTIONS}
        )
    return form, report


def _neither() -> str:
    return _("The file is neither Moodle XML nor GIFT. In Moodle: Question bank, Export, and one of these two formats.")
