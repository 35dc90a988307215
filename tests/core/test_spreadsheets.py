import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from core.spreadsheets import make_safe, respond, stream_csv, write_xlsx

FORMULA = '=HYPERLINK("http://x","Click")'


@pytest.mark.parametrize(
    "text",
    [
        *["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\tplain"],
        *[
            "\uff1d1+1",
            "\uff0b1+1",
            "\uff0d1+1",
            "\uff20SUM(A1)",
            " =1+1",
            "\u00a0=1+1",
            "\ufeff=1+1",
            "\u200b=1+1",
            "\n=1+1",
        ],
        *["-2+3+cmd|' /C calc'!A0", "--1", "-1e3", "+49 89 1234"],
    ],
)
def test_formula_becomes_text(text):
    assert str(make_safe(text)).startswith("'")
    assert str(make_safe(text)).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("separator", [";", "\t", "\r\n", "\n"])
def test_formula_behind_a_separator_becomes_text(separator):
    """A spreadsheet in Germany or France ends its columns at semicolons and takes no notice of our quotes."""
    assert make_safe(f'Ada"{separator}=1+1') == f"Ada\"{separator}'=1+1"


@pytest.mark.parametrize(
    "text", ["Ada", "", "a=b", "Ada <ada@example.org>", "x; y", "a - b", "'quoted'", "-5", "-0.25"]
)
def test_other_text_stays(text):
    assert make_safe(text) == text


@pytest.mark.parametrize("value", [None, True, -5, -2.5, Decimal("-79.00"), date(2026, 11, 28)])
def test_number_stays_a_number(value):
    assert make_safe(value) is value


def test_other_values_are_written_as_text():
    assert make_safe(["=1", "b"]) == "['=1', 'b']"
    assert make_safe(ValueError("=1")) == "'=1"


def test_csv_is_for_excel_and_says_what_was_given():
    rows: list[list[object]] = [["Name", "Amount"], [FORMULA, Decimal("-79.00")], ["Björn, “Ó”\nMD", None]]
    response: Any = respond(rows, name="people", form="csv")
    sent = b"".join(response.streaming_content)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert sent.startswith(b"\xef\xbb\xbfName,Amount\r\n")
    read = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"), newline="")))
    assert read == [["Name", "Amount"], [f"'{FORMULA}", "-79.00"], ["Björn, “Ó”\nMD", ""]]


def test_csv_is_sent_while_it_is_read():
    taken = []

    def rows() -> Iterator[list[int]]:
        for number in range(1_000_000):
            taken.append(number)
            yield [number]

    stream = stream_csv(rows())
    assert [next(stream), next(stream)] == ["\ufeff".encode(), b"0\r\n"]
    assert taken == [0]


def test_workbook_holds_text_numbers_and_dates_but_no_formula():
    moment = datetime(2026, 11, 28, 9, 30)  # noqa: DTZ001 - workbooks know no zones
    rows: list[list[object]] = [
        ["Name", "When", "Amount"],
        [FORMULA, moment, Decimal("-79.00")],
        ["#REF!", date(2026, 11, 28), -5],
    ]
    sheet = openpyxl.load_workbook(write_xlsx(rows)).active

    assert [cell.value for cell in sheet[2]] == [f"'{FORMULA}", moment, -79]
    assert [cell.data_type for cell in sheet[2]] == ["s", "d", "n"]
    assert [cell.data_type for cell in sheet[3]] == ["s", "d", "n"]


def test_workbook_survives_what_xml_does_not_hold():
    sheet = openpyxl.load_workbook(write_xlsx([["a\x00\x0bb\ufffe\ud800"]])).active
    assert sheet["A1"].value == "ab"
