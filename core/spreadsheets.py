"""The one writer of CSV and spreadsheets, of Wagtail's lists too. Opening a file runs nothing that a person wrote.

Names and messages come from strangers. What a spreadsheet would take for a formula gets an apostrophe in front; numbers
stay numbers. Rows are written as they are read, so that a long list takes no memory.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

from django.db.models import QuerySet
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
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.make_naive(value, UTC)  # a workbook knows no zones
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
    return respond(_read_list(view, listed, form), name=view.get_filename(), form=form)


def _read_list(view: Any, listed: Any, form: str) -> Iterator[list[object]]:
    yield [view.get_heading(listed, field) for field in view.list_export]
    for item in listed.iterator(chunk_size=CHUNK) if isinstance(listed, QuerySet) else listed:
        row = view.to_row_dict(item)
        yield [view.preprocess_field_value(field, value, form) for field, value in row.items()]


def write_lists_of_wagtail() -> None:
    """Every list of Wagtail's and of ours has this mixin and exports by this one method; a new one does, too."""
    SpreadsheetExportMixin.as_spreadsheet = export_list
