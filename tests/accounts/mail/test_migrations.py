"""What certificates and purchases knew of their mails moves to rows of their own, and back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.soak]

BEFORE = [
    ("accounts", "0002_mail"),
    ("courses", "0002_inline_text"),
    ("cme", "0002_mail_attempts"),
    ("payments", "0001_initial"),
]
AFTER = [
    ("courses", "0002_inline_text"),
    ("cme", "0003_mail_is_a_row_of_accounts"),
    ("payments", "0002_receipt_is_a_mail"),
]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 13, tzinfo=UTC)


def migrate(targets: list[tuple[str, str]]) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def old():
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def make_certificates(apps: Apps, user: object, mails: dict[str, dict[str, object]]) -> None:
    Course, Attempt, Completion = (apps.get_model("courses", name) for name in ("Course", "Attempt", "Completion"))
    names = ("Activity", "CreditType", "Evaluation", "Claim", "Certificate")
    Activity, CreditType, Evaluation, Claim, Certificate = (apps.get_model("cme", name) for name in names)
    day = NOON.date()
    kind = CreditType.objects.create(
        slug="hours", name="hour", plural="hours", heading="H", wording="W", checked_on=day
    )
    for code, fields in mails.items():
        course = Course.objects.create(slug=code, title=code, summary="S", minutes=10)
        activity = Activity.objects.create(
            course=course, provider="P", max_credits=1, released_on=day, expires_on=day.replace(year=2028)
        )
        attempt = Attempt.objects.create(user=user, course=course, passing_score=75, score=90, submitted_at=NOON)
        completion = Completion.objects.create(
            user=user, course=course, attempt=attempt, completed_at=NOON, completed_on=day, score=90, lessons=[]
        )
        claim = Claim.objects.create(
            user=user,
            activity=activity,
            completion=completion,
            evaluation=Evaluation.objects.create(activity=activity, answers={}),
            credit_type=kind,
            credits=1,
            profession="physician",
            completed_on=day,
        )
        issued = {"status": "issued", "file": "f", "sha256": "s", "issued_at": NOON}
        Certificate.objects.create(claim=claim, code=code, fields={}, **{**issued, **fields})


def make_purchases(apps: Apps, user: Any, receipts: dict[str, dict[str, object]]) -> None:
    CheckoutSession, Purchase = apps.get_model("payments", "CheckoutSession"), apps.get_model("payments", "Purchase")
    for number, (name, fields) in enumerate(receipts.items()):
        session = CheckoutSession.objects.create(
            user=None if name == "nobody's" else user,
            idempotency_key=f"00000000-0000-4000-8000-00000000000{number}",
            stripe_id=name,
            price="p",
            amount=7900,
            currency="usd",
            status="complete",
            expires_at=NOON,
        )
        Purchase.objects.create(session=session, amount=7900, currency="usd", paid_at=NOON, **fields)


def test_what_was_known_of_mails_is_kept_both_ways(old):
    user = old.get_model("accounts", "User").objects.create(email="ada@example.org")
    make_certificates(
        old,
        user,
        {
            "SENT": {"mailed_at": LATER, "mail_attempts": 1},
            "WAITING": {"mail_attempts": 3, "next_mail_at": LATER, "mail_problem": "TimeoutError: "},
            "GIVENUP": {"mail_attempts": 16, "mail_problem": "SMTPServerDisconnected: "},
            "DUE": {"status": "due", "file": "", "sha256": "", "issued_at": None},
        },
    )
    make_purchases(
        old,
        user,
        {
            "sent": {"receipt_sent_at": LATER},
            "due": {"receipt_due_at": LATER},
            "never": {},
            "nobody's": {"receipt_sent_at": LATER},
        },
    )
    certificates = list(old.get_model("cme", "Certificate").objects.order_by("pk").values())
    purchases = list(old.get_model("payments", "Purchase").objects.order_by("pk").values())

    new = migrate(AFTER)

    codes = dict(new.get_model("cme", "Certificate").objects.values_list("pk", "code"))
    sessions = dict(new.get_model("payments", "Purchase").objects.values_list("pk", "session__stripe_id"))
    names = {"certificate": codes, "receipt": sessions}
    fields = ["status", "attempts", "problem", "sent_at"]
    rows = new.get_model("accounts", "Mail").objects.values_list("kind", "reference", "to", *fields)
    assert {(names[kind][int(key)], to): known for kind, key, to, *known in rows} == {
        ("SENT", "ada@example.org"): ["sent", 1, "", LATER],
        ("WAITING", "ada@example.org"): ["waiting", 3, "TimeoutError: ", None],
        ("GIVENUP", "ada@example.org"): ["failed", 16, "SMTPServerDisconnected: ", None],
        ("sent", "ada@example.org"): ["sent", 0, "", LATER],
        ("due", "ada@example.org"): ["waiting", 0, "", None],
    }

    back = migrate(BEFORE)

    assert list(back.get_model("cme", "Certificate").objects.order_by("pk").values()) == certificates
    found = list(back.get_model("payments", "Purchase").objects.order_by("pk").values())
    # Of a deleted account only the money's story is kept.
    assert found[:3] == purchases[:3]
    assert {**found[3], "receipt_sent_at": LATER} == purchases[3]
