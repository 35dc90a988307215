"""Faults as lines of HTML. A course has a thousand and more, for which templates take several times as long."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from core.faults import Fault, Place
from courses.writing.models import Lesson

ROW = '<li{} tabindex="-1"><p><span class="faults-kind">{}</span> <a href="{}">{}</a></p>{}</li>'


class Row(Protocol):
    """What is mended in one editor."""

    @property
    def place(self) -> Place: ...
    @property
    def faults(self) -> Sequence[Fault]: ...


def write_lines(faults: Iterable[Fault]) -> SafeString:
    """Each with the way to where it is mended."""
    names = {"stops": escape(gettext("Stops")), "advice": escape(gettext("Advice"))}
    lines = "\n".join(_write_line(fault, names[fault.severity]) for fault in faults)
    return mark_safe(f'<ul class="faults">{lines}</ul>')  # noqa: S308 - of what is escaped below


def _write_line(fault: Fault, name: str) -> str:
    told = escape(fault.told)
    way = f'<a href="{escape(fault.address)}">{told}</a>' if fault.address else told
    line = f'<li class="{fault.severity}" data-code="{fault.code}"><span class="faults-severity">{name}</span> '
    return f"{line}{way}</li>"


def write_rows(rows: Iterable[Row], *, severity: str) -> SafeString:
    """By editor; those of a lesson can be led to from its line of the outline."""
    found = (
        (_write_id(row.place, severity), row.place.kind, row.place.address, row.place.title, write_lines(row.faults))
        for row in rows
    )
    return format_html('<ul class="faults-rows">{}</ul>', format_html_join("\n", ROW, found))


def _write_id(place: Place, severity: str) -> str:
    return format_html(' id="faults-{}-{}"', place.pk, severity) if place.model is Lesson else ""
