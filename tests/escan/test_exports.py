"""Every list that can be taken away as a file goes by the one writer: it is asked for, and looked at."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mail.models import Mail
from accounts.models import AccessGrant, User
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.models import Certificate, CertificateStatus
from escan import services
from payments.models import Reconciliation
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields, claim_as, complete
from tests.payments.studio.making import make_event, make_purchase

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "cme", "core", "courses", "escan", "payments"]
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


def test_nothing_else_writes_a_table_for_a_spreadsheet():
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    written = re.compile(
        r"^\s*(?:import|from) (?:csv|openpyxl|xlsxwriter)\b|text/csv|\.csv\"|spreadsheetml", re.MULTILINE
    )
    assert [path for path in sources if written.search(path.read_text(encoding="utf-8"))] == [
        ROOT / "core/spreadsheets.py"
    ]
