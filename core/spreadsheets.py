"""The one writer of CSV and spreadsheets, of Wagtail's lists too. Opening a file runs nothing that a person wrote.

Names and messages come from strangers. What a spreadsheet would take for a formula gets an apostrophe in front; numbers
stay numbers. Rows are read a page at a time and written as they come, so that a long list takes little memory. Times
are those of who asks, and the heading says so.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from itertools import chain, count, takewhile
from tempfile import TemporaryFile
from typing import Any, TypeGuard

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from wagtail.admin.views.mixins import ExcelDateFormatter, SpreadsheetExportMixin

CSV, XLSX = "csv", "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Without it Excel reads UTF-8 as the code page of the machine.
BOM = "\ufeff"
CHUNK = 500  # rows
# A formula begins with these, of full width too; what is not seen before them does not help. A spreadsheet whose
# columns end at semicolons or tabs takes what follows one for a cell of its own, quoted or not, and so a new line.
BEGINS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
FORMULA = re.compile(rf"(^|[;\t\r\n])([\s\ufeff\u200b-\u200f\u2060]*)(?={BEGINS})|^(?=[\t\r])")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# XML holds none of these, and no list needs them.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

Rows = Iterable[Sequence[object]]


def respond(rows: Rows, *, name: str, form: str) -> HttpResponseBase:
    """A file to download. The first row is the heading."""
    if form == CSV:
        response: HttpResponseBase = StreamingHttpResponse(stream_csv(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    return FileResponse(write_xlsx(rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def stream_csv(rows: Rows) -> Iterator[bytes]:
    yield BOM.encode()
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([make_safe(value) for value in row]).encode()


def write_xlsx(rows: Rows) -> Any:
    """On the disk: a workbook is a ZIP file, whose end says where everything is."""
    book = Workbook(write_only=True, iso_dates=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_cell(sheet, make_safe(value)) for value in row])
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def make_safe(value: object) -> object:
    """What a spreadsheet may be given: a number, a date, or text that is no formula."""
    if value is None or isinstance(value, bool | int | float | Decimal | date | time):
        return value
    text = UNPRINTABLE.sub("", str(value))
    return text if NUMBER.fullmatch(text) else FORMULA.sub(_disarm, text)


def _disarm(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}'" if found[1] else f"'{found[2] or ''}"


def _cell(sheet: Any, value: object) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it looks like
    elif isinstance(value, datetime):
        cell.number_format = ExcelDateFormatter().get()
    return cell


class _Echo:
    """A file for csv.writer that hands back each line, which `writerow` then returns."""

    def write(self, line: str) -> str:
        return line


# --- Wagtail's lists --------------------------------------------------------------------------------


def export_list(view: Any, listed: Any, form: str) -> HttpResponseBase:
    """Its times are those of who asks: taken now, for a CSV is written after the request ended."""
    return respond(_read_list(view, listed, form, timezone.get_current_timezone()), name=view.get_filename(), form=form)


def _read_list(view: Any, listed: Any, form: str, zone: tzinfo) -> Iterator[list[object]]:
    pages = read_in_pages(listed)
    first = [view.to_row_dict(item) for item in next(pages, [])]
    model = getattr(listed, "model", None)
    yield [
        f"{view.get_heading(listed, field)} ({zone})"
        if _is_of_times(model, field) or any(_is_moment(row[field]) for row in first)
        else view.get_heading(listed, field)
        for field in view.list_export
    ]
    for row in chain(first, (view.to_row_dict(item) for page in pages for item in page)):
        yield [
            view.preprocess_field_value(field, timezone.make_naive(value, zone) if _is_moment(value) else value, form)
            for field, value in row.items()
        ]


def read_in_pages(listed: Any) -> Iterator[Sequence[Any]]:
    """Of a query only so many rows at once. An iterator would not do: behind a pooler PostgreSQL has no cursor that
    stays, and sends all at once. Keys are read first, so that rows which come meanwhile shift nothing.
    """
    is_plain = isinstance(listed, QuerySet) and not (
        listed.query.combinator or listed.query.values_select or listed.query.is_sliced
    )
    if not is_plain:
        yield from takewhile(len, (listed[start : start + CHUNK] for start in count(0, CHUNK)))
        return
    keys = list(listed.prefetch_related(None).values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        asked = keys[start : start + CHUNK]
        found = {row.pk: row for row in listed.order_by().filter(pk__in=asked)}
        yield [found[key] for key in asked if key in found]


def _is_of_times(model: Any, path: str) -> bool:
    """By the model, for the first rows may have none."""
    for name in path.split("."):
        try:
            field = model._meta.get_field(name)
        except (AttributeError, FieldDoesNotExist):
            return False
        model = field.related_model
    return isinstance(field, DateTimeField)


def _is_moment(value: object) -> TypeGuard[datetime]:
    return isinstance(value, datetime) and timezone.is_aware(value)


def write_lists_of_wagtail() -> None:
    """Every list of Wagtail's and of ours has this mixin and exports by this one method; a new one does, too."""
    SpreadsheetExportMixin.as_spreadsheet = export_list
