"""Every list that can be taken away as a file goes by the one writer: it is asked for, and looked at."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mail.models import Mail
from accounts.models import AccessGrant, User
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.models import Certificate, CertificateStatus
from core import spreadsheets
from escan import services
from escan.models import ContactMessage
from payments.models import Reconciliation
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields, claim_as, complete
from tests.payments.studio.making import make_event, make_purchase

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "cme", "core", "courses", "escan", "guides", "imaging", "payments", "reviews"]
FORMULA = '=HYPERLINK("http://x","Click")'
OURS = {
    *["/studio/mails/", "/studio/messages/", "/studio/cme/held/", "/studio/payments/purchases/"],
    *["/studio/payments/grants/", "/studio/payments/events/", "/studio/payments/set-aside/"],
    *["/studio/payments/reconciliations/", "/studio/reports/site-history/"],
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """All that take no argument."""
    for pattern in patterns:
        address = before + re.sub(r"[\^$]|\\Z", "", str(pattern.pattern)).replace("\\", "")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
        elif not re.search(r"[<(]", address):
            yield address


@pytest.fixture
def planted(course, other_learner) -> None:
    """A formula wherever a person, a learner's browser or Stripe could write one."""
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION)
    upsert_activity(course=course, **activity_fields(timezone.now().date()))
    complete(other_learner, course)
    claim_as(other_learner, course)
    User.objects.filter(pk=other_learner.pk).update(email=FORMULA, name=FORMULA)
    other_learner.refresh_from_db()
    Certificate.objects.update(status=CertificateStatus.HELD, problem=FORMULA)
    services.send_message(user=None, topic="other", name=FORMULA, email="a@example.org", message=FORMULA)
    Mail.objects.create(
        kind="certificate", reference="1", to=FORMULA, subject=FORMULA, status="failed", problem=FORMULA
    )
    AccessGrant.objects.create(user=other_learner, source="staff", reference="1")
    make_purchase(other_learner)
    make_event(error=FORMULA)
    Reconciliation.objects.create(started_at=timezone.now(), found=[FORMULA])
    ModelLogEntry.objects.create(
        label=FORMULA,
        action="wagtail.edit",
        object_id="1",
        timestamp=timezone.now(),
        content_type=ContentType.objects.get_for_model(User),
    )


def read_csv(sent: bytes) -> list[list[str]]:
    assert sent.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(sent.decode("utf-8-sig"), newline="")))


def test_every_export_goes_by_the_writer(client_for, admin, planted):
    client = client_for(admin)
    client.raise_request_exception = False  # one of Wagtail's addresses is there to fail
    found = {}
    for address in sorted(set(addresses(get_resolver().url_patterns))):
        response = client.get(address, {"export": "csv"})
        if "csv" in response.get("Content-Type", "") or ".csv" in response.get("Content-Disposition", ""):
            assert response.streaming, address
            found[address] = read_csv(b"".join(response.streaming_content))
    cells = {address: {cell for row in rows for cell in row} for address, rows in found.items()}

    assert {address for address in cells if f"'{FORMULA}" in cells[address]} >= OURS
    assert [(address, cell) for address in cells for cell in cells[address] if cell.startswith(("=", "+", "@"))] == []


@pytest.mark.parametrize("address", sorted(OURS))
def test_every_workbook_goes_by_the_writer(client_for, admin, planted, address):
    response = client_for(admin).get(address, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert f"'{FORMULA}" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_times_are_those_of_who_asks_and_the_heading_says_so(client_for, admin, db, form):
    """A CSV is written after the request, and its time zone, ended."""
    User.objects.filter(pk=admin.pk).update(time_zone="Asia/Kolkata")
    services.send_message(user=None, topic="other", name="Ada", email="ada@example.org", message="Hello")
    ContactMessage.objects.update(created_at=datetime(2026, 11, 28, 20, 0, tzinfo=UTC))
    response = client_for(admin).get("/studio/messages/", {"export": form})
    sent = b"".join(response.streaming_content)
    heading, row = (
        read_csv(sent)
        if form == "csv"
        else [[cell.value for cell in cells] for cells in openpyxl.load_workbook(io.BytesIO(sent)).active]
    )
    times = {name: str(value) for name, value in zip(heading, row, strict=True) if "(" in name}
    assert times["Created at (Asia/Kolkata)"] == "2026-11-29 01:30:00"
    # Of what nobody handled there is no time, and still the heading says whose it would be.
    assert times["Handled at (Asia/Kolkata)"] in ("", "None")
    assert len(times) == 2


def test_long_list_is_read_in_pages(client_for, admin, planted, monkeypatch):
    """Without a cursor in the database, which a pooler does not keep; rows that come and go meanwhile shift nothing."""
    for number in range(5):
        services.send_message(user=None, topic="other", name=f"Name {number}", email="a@example.org", message="Hello")
    listed = ContactMessage.objects.order_by("name")
    monkeypatch.setattr(spreadsheets, "CHUNK", 2)
    pages = spreadsheets.read_in_pages(listed)
    with CaptureQueriesContext(connection) as asked:
        read = [row.name for row in next(pages)]
        ContactMessage.objects.filter(name="Name 3").delete()
        services.send_message(user=None, topic="other", name="Aaa", email="a@example.org", message="Hello")
        read += [row.name for page in pages for row in page]
    assert read == [FORMULA, "Name 0", "Name 1", "Name 2", "Name 4"]
    of_rows = [query["sql"] for query in asked if query["sql"].startswith("SELECT") and '"message"' in query["sql"]]
    assert len(of_rows) >= 3
    assert all(" IN (" in sql for sql in of_rows)
    # Every list, those that Wagtail puts together itself, too.
    client = client_for(admin)
    for address in sorted(OURS):
        in_pages = read_csv(b"".join(client.get(address, {"export": "csv"}).streaming_content))
        with monkeypatch.context() as patch:
            patch.setattr(spreadsheets, "CHUNK", 1000)
            assert read_csv(b"".join(client.get(address, {"export": "csv"}).streaming_content)) == in_pages
        assert len(in_pages) > 1, address


READERS = {ROOT / "imaging/incoming/cbis/tables.py"}
"""What reads the tables of an archive, and writes none."""


def test_nothing_else_writes_a_table_for_a_spreadsheet():
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    written = re.compile(
        r"^\s*(?:import|from) (?:csv|openpyxl|xlsxwriter)\b|text/csv|\.csv\"|spreadsheetml", re.MULTILINE
    )
    found = {path for path in sources if written.search(path.read_text(encoding="utf-8"))}
    assert found == {ROOT / "core/spreadsheets.py"} | READERS
    writes = re.compile(r"csv\.(?:writer|DictWriter)\b|from csv import|text/csv")
    assert [path for path in READERS if writes.search(path.read_text(encoding="utf-8"))] == []
