"""Logs: a line of JSON an event, tied to its request or task, with nothing in it about a person."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import shared_task
from django.utils import timezone

from accounts.models import User
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.certificates.services import issue_certificate
from cme.models import Certificate, Claim
from courses.models import Course
from escan.operations.logs import Formatter, logging_config, scrub
from tests.accounts.test_signing_in import newest_code
from tests.cme.conftest import AMA, ANSWERS, PARTICIPATION, activity_fields, complete

Lines = Callable[[], list[dict[str, Any]]]
ADDRESS = "198.51.100.77"


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Everything that production would write, down to its least important line."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Formatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


def said(lines: Lines) -> str:
    return json.dumps(lines(), ensure_ascii=False)


# --- What a line holds ------------------------------------------------------------------------------


def test_request_is_one_line_with_its_view_and_its_id(client, db, lines):
    answer = client.get("/courses/", headers={"X-Request-ID": "proxy-0123456789"})
    assert answer.headers["X-Request-ID"] == "proxy-0123456789"
    (line,) = [line for line in lines() if line["logger"] == "escan.requests"]
    assert isinstance(line.pop("ms"), float)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {
        "level": "INFO",
        "logger": "escan.requests",
        "message": "GET catalogue 200",
        "request_id": "proxy-0123456789",
        "method": "GET",
        "view": "catalogue",
        "status": 200,
    }


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "has space 12345", "a@example.org", 'quote"quote"', "new\tline-new"]
)
def test_malformed_request_id_is_replaced(client, db, given):
    made = client.get("/courses/", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert client.get("/courses/").headers["X-Request-ID"] != made


def test_probes_are_not_logged(client, db, lines):
    for address in ("/healthz", "/readyz", "/metrics"):
        client.get(address)
    assert [line for line in lines() if line["logger"] == "escan.requests"] == []


@shared_task
def speak() -> None:
    logging.getLogger("tests").warning("At work")


def test_task_is_known_by_id_and_name(lines):
    result = speak.delay()
    (line,) = [line for line in lines() if line["logger"] == "tests"]
    assert (line["task_id"], line["task"]) == (result.id, "tests.escan.operations.test_logs.speak")


def test_exception_keeps_its_traceback_and_loses_the_row(lines):
    try:
        raise ValueError("duplicate key\nDETAIL:  Key (email)=(ada@example.org) already exists.\nfrom 192.0.2.7")
    except ValueError:
        logging.getLogger("tests").exception("It failed")
    (line,) = [line for line in lines() if line["logger"] == "tests"]
    assert "test_exception_keeps_its_traceback" in line["exception"]
    assert "ValueError: duplicate key\nDETAIL: [left out]\nfrom [address]" in line["exception"]


def test_fields_of_others_are_left_out(lines, rf):
    logging.getLogger("tests").error("Refused", extra={"request": rf.get("/?email=ada@example.org"), "data": {"a": 1}})
    (line,) = [line for line in lines() if line["logger"] == "tests"]
    assert sorted(line) == ["level", "logger", "message", "time"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("to Ada.L+x@mail.example.org: refused", "to [e-mail]: refused"),
        ("postgres://academy:secret@db/academy", "postgres://academy:[e-mail]/academy"),
        ("GET /verify/?code=ABCD-EFGH-JKMN&x=1 now", "GET /verify/?[left out] now"),
        (
            "/verify/abcdefghjkmn/ and /cme/certificates/ABCD-EFGH-JKMN/",
            "/verify/[code]/ and /cme/certificates/[code]/",
        ),
        ("Mailing 1A2B-3C4D-5E6F failed", "Mailing [code] failed"),
        ("file 1A2B3C4D5E6F gone", "file [code] gone"),
        ("from 203.0.113.9 and 2001:db8::7 and fe80:1:2:3:4:5:6:7", "from [address] and [address] and [address]"),
        ("key sk_live_abc and whsec_def", "key [secret] and [secret]"),
        (
            "[type=missing, input_value={'name': 'Ada'}, input_type=dict]",
            "[type=missing, input_value=[left out], input_type=dict]",
        ),
        # What an operator needs stays.
        ("Task cme.certificates.tasks.issue[0b5a7d3e-7b1f-4d25-9d0c-1f2e3d4c5b6a] at 12:34:56 in 0.31s", None),
        ("mail notice 41 failed, attempt 2: ConnectionRefusedError", None),
        ("evt_1Q2w3E4r5T set aside? Version 3.11.7", None),
    ],
)
def test_scrub(text, clean):
    assert scrub(text) == (text if clean is None else clean)


def test_production_writes_json_and_development_plain_text():
    production, development = (logging_config(level="INFO", is_plain=is_plain) for is_plain in (False, True))
    assert production["handlers"]["console"]["formatter"] == "json"
    assert production["formatters"]["json"] == {"()": "escan.operations.logs.Formatter"}
    assert development["handlers"]["console"]["formatter"] == "plain"


# --- What people do leaves nothing of them behind -----------------------------------------------------


# Of a request or a task. Drawn, it holds an “ada” once in a hundred times.
NUMBER = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")


def nothing_personal(lines: Lines, user: User, *more: str) -> bool:
    text = NUMBER.sub("", said(lines))
    personal = [user.email, user.name, user.name.split()[0], ADDRESS, *more]
    return len(lines()) > 0 and [word for word in personal if word.lower() in text.lower()] == []


def test_signing_in_by_code_leaves_nothing_personal(client, learner, lines):
    address = {"REMOTE_ADDR": ADDRESS}
    client.post("/accounts/login/", {"login": learner.email, "password": "wrong horse"}, **address)
    client.post("/accounts/login/code/?next=/learn/&who=Lindqvist", {"email": learner.email}, **address)
    code = newest_code()
    client.post("/accounts/login/code/confirm/", {"code": "WRON-GWRO"}, **address)
    client.post("/accounts/login/code/confirm/", {"code": code}, **address)
    assert client.get("/learn/", **address).status_code == 200
    assert nothing_personal(lines, learner, code, "wrong horse", "who=Lindqvist")


def test_checkout_that_fails_leaves_nothing_personal(client_for, learner, settings, lines):
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    settings.STRIPE_API_KEY = "sk_test_hidden"
    answer = client_for(learner).post("/pricing/", REMOTE_ADDR=ADDRESS)
    assert answer.status_code == 303
    assert any(line["message"].startswith("Checkout did not start") for line in lines())
    assert nothing_personal(lines, learner, "sk_test_hidden")


def test_claim_leaves_nothing_personal(client_for, learner_with_access, course: Course, lines, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for credit_type in (AMA, PARTICIPATION):
        upsert_credit_type(**credit_type)
    upsert_activity(course=course, **activity_fields(timezone.now().date()))
    complete(learner_with_access, course)
    client = client_for(learner_with_access)
    form = {**ANSWERS, "credits": "1.25", "attestation": "on"}
    assert client.post(f"/cme/{course.slug}/", form, REMOTE_ADDR=ADDRESS).status_code == 302
    certificate = Claim.objects.get().certificate
    issue_certificate(certificate_id=certificate.pk)
    certificate = Certificate.objects.get()
    # A file that is gone is the operator's to know, and the code is the learner's.
    (tmp_path / certificate.file).unlink()
    assert client.get(f"/cme/certificates/{certificate.printed_code}/").status_code == 200
    assert client.get(certificate.get_absolute_url(), REMOTE_ADDR=ADDRESS).status_code == 200
    client.get(f"/verify/?code={certificate.printed_code.lower()}")
    assert any("was gone or changed, and is made again" in line["message"] for line in lines())
    assert nothing_personal(lines, learner_with_access, certificate.code, certificate.printed_code, "More cases")
