import hashlib
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mails import send_mail
from accounts.models import Mail
from accounts.services import revoke_access
from cme import errors
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.certificates import rendering, services, tasks
from cme.certificates.rendering import ForkedAfterUse, render_certificate
from cme.certificates.services import issue_certificate, read_certificate, retry_certificate
from cme.certificates.wording import from_snapshot
from cme.claims.attestation import ATTESTATION
from cme.models import Activity, Certificate, CertificateStatus, Claim, CreditType, Evaluation
from tests.cme.conftest import AMA, ANSWERS, PARTICIPATION, activity_fields, claim_as, complete


def nothing_was_written() -> bool:
    return not (Claim.objects.exists() or Evaluation.objects.exists() or Certificate.objects.exists())


# --- Claims -----------------------------------------------------------------------------------------


def test_claim_credit_records_what_was_claimed(learner_with_access, course, today):
    completion = complete(learner_with_access, course)
    claim = claim_as(learner_with_access, course, amount=Decimal("0.75"))
    claim.refresh_from_db()
    assert claim.credits == Decimal("0.75")
    assert claim.credit_type.slug == "ama-pra-category-1"
    assert claim.completion == completion
    assert claim.completed_on == today
    assert claim.profession == "physician"
    assert claim.attestation == ATTESTATION
    assert claim.evaluation.answers == ANSWERS
    assert claim.certificate.status == CertificateStatus.DUE


def test_claim_credit_snapshots_every_printed_field(learner_with_access, course):
    complete(learner_with_access, course)
    fields = claim_as(learner_with_access, course, amount=Decimal("0.75")).certificate.fields
    assert fields["heading"] == "Certificate of credit"
    assert fields["name"] == "Rosa Marín, MD"
    assert fields["did"] == "completed the enduring material"
    assert fields["activity"] == "Breast calcifications"
    assert fields["award"] == "and is awarded 0.75 AMA PRA Category 1 Credit™."
    assert tuple(fields["facts"][2]) == ("Credit claimed", "0.75 AMA PRA Category 1 Credit™")
    assert "invented" in fields["facts"][3][1]
    assert fields["demonstration"] is True
    assert fields["verify_url"] == f"http://testserver/verify/{fields['code']}/"


def test_claim_credit_gives_everyone_else_a_certificate_of_participation(other_learner, course):
    complete(other_learner, course)
    claim = claim_as(other_learner, course, amount=Decimal("1.25"))
    assert claim.credit_type.slug == "participation"
    assert claim.certificate.fields["heading"] == "Certificate of participation"
    assert claim.certificate.fields["award"] == (
        "with 1.25 hours of participation. The activity was designated for 1.25 AMA PRA Category 1 Credits™."
    )


def test_claim_credit_completed_on_is_the_learners_date(learner_with_access, course, today):
    yesterday = today - timedelta(days=1)
    complete(learner_with_access, course, on=yesterday)
    assert claim_as(learner_with_access, course).completed_on == yesterday


def test_claim_credit_refuses_before_completion(learner_with_access, course):
    with pytest.raises(errors.NotCompleted, match="after the course is completed"):
        claim_as(learner_with_access, course)
    assert nothing_was_written()


def test_claim_credit_refuses_a_course_without_activity(learner_with_access, make_course):
    course = make_course()
    complete(learner_with_access, course)
    with pytest.raises(errors.NoActivity):
        claim_as(learner_with_access, course)
    assert nothing_was_written()


def test_claim_credit_refuses_before_designation(learner_with_access, make_activity):
    course = make_activity(designated_on=None).course
    complete(learner_with_access, course)
    with pytest.raises(errors.NotDesignated, match="not been designated"):
        claim_as(learner_with_access, course)
    assert nothing_was_written()


def test_claim_credit_refuses_a_completion_before_release(learner_with_access, course, today):
    complete(learner_with_access, course, on=today - timedelta(days=31))
    with pytest.raises(errors.NotDesignated, match="before it was released"):
        claim_as(learner_with_access, course)
    assert nothing_was_written()


def test_claim_credit_refuses_after_expiry(learner_with_access, make_activity, today):
    course = make_activity(expires_on=today - timedelta(days=2)).course
    complete(learner_with_access, course, on=today - timedelta(days=3))
    with pytest.raises(errors.Expired):
        claim_as(learner_with_access, course)
    assert nothing_was_written()


def test_claim_credit_stands_on_the_last_day(learner_with_access, make_activity):
    now = timezone.now().astimezone(learner_with_access.zone).date()
    course = make_activity(expires_on=now).course
    complete(learner_with_access, course, on=now)
    assert claim_as(learner_with_access, course).credits == Decimal("1.25")


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("1.5", "At most 1.25 can be claimed"),
        ("0.3", "in steps of 0.25"),
        ("1.1", "in steps of 0.25"),
        ("0", "smallest amount that can be claimed is 0.25"),
        ("-0.25", "smallest amount"),
        ("0.125", "smallest amount"),
        ("NaN", "smallest amount"),
        ("Infinity", "smallest amount"),
    ],
)
def test_claim_credit_refuses_a_wrong_amount(learner_with_access, course, amount, reason):
    complete(learner_with_access, course)
    with pytest.raises(errors.WrongAmount, match=reason):
        claim_as(learner_with_access, course, amount=Decimal(amount))
    assert nothing_was_written()


def test_claim_credit_refuses_without_attestation(learner_with_access, course):
    complete(learner_with_access, course)
    with pytest.raises(errors.AttestationMissing):
        claim_as(learner_with_access, course, is_attested=False)
    assert nothing_was_written()


@pytest.mark.parametrize("answers", [{}, {**ANSWERS, "balance": "Perhaps"}, {**ANSWERS, "extra": "Yes"}])
def test_claim_credit_refuses_without_the_evaluation(learner_with_access, course, answers):
    complete(learner_with_access, course)
    with pytest.raises(errors.EvaluationIncomplete):
        claim_as(learner_with_access, course, answers=answers)
    assert nothing_was_written()


def test_claim_credit_refuses_without_access(learner, course):
    complete(learner, course)
    with pytest.raises(errors.AccessNeeded, match="New claims need access"):
        claim_as(learner, course)
    assert nothing_was_written()


def test_claim_credit_keeps_a_claim_after_access_ended(claimed, learner_with_access):
    revoke_access(source="test", reference="paid", reason="refund")
    assert Claim.objects.get().credits == Decimal("1.25")


@pytest.mark.parametrize("field", ["name", "profession"])
def test_claim_credit_refuses_an_incomplete_profile(learner_with_access, course, field):
    complete(learner_with_access, course)
    setattr(learner_with_access, field, "")
    learner_with_access.save()
    with pytest.raises(errors.ProfileIncomplete):
        claim_as(learner_with_access, course)
    assert nothing_was_written()


def test_claim_credit_refuses_a_profession_that_no_type_is_awarded_to(other_learner, make_activity):
    course = make_activity(credit_types=["ama-pra-category-1"]).course
    complete(other_learner, course)
    with pytest.raises(errors.NoCreditForProfession):
        claim_as(other_learner, course)
    assert nothing_was_written()


def test_claim_credit_refuses_twice(claimed, learner_with_access, course):
    with pytest.raises(errors.AlreadyClaimed):
        claim_as(learner_with_access, course, amount=Decimal("0.25"))
    assert Claim.objects.get().credits == Decimal("1.25")
    assert Evaluation.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_claim_credit_lets_one_of_two_racing_requests_through(learner_with_access, course):
    complete(learner_with_access, course)
    outcomes: list[str] = []
    gate = threading.Barrier(4)

    def race() -> None:
        gate.wait()
        try:
            claim_as(learner_with_access, course)
            outcomes.append("claimed")
        except errors.AlreadyClaimed:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["claimed", "refused", "refused", "refused"]
    assert (Claim.objects.count(), Evaluation.objects.count(), Certificate.objects.count()) == (1, 1, 1)


def test_claim_credit_is_in_the_audit_log(claimed, learner_with_access):
    entry = ModelLogEntry.objects.get(action="cme.claim")
    assert entry.user == learner_with_access
    assert entry.data == {"credits": "1.25", "credit_type": "ama-pra-category-1"}


def test_claim_credit_stands_when_the_broker_is_down(
    learner_with_access, course, monkeypatch, django_capture_on_commit_callbacks
):
    def unreachable(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.issue_certificate, "delay", unreachable)
    complete(learner_with_access, course)
    with django_capture_on_commit_callbacks(execute=True):
        claim_as(learner_with_access, course)
    assert Certificate.objects.get().status == CertificateStatus.DUE


# --- Certificates -----------------------------------------------------------------------------------


def test_claim_credit_leads_to_a_certificate_and_one_mail(
    learner_with_access, course, django_capture_on_commit_callbacks
):
    complete(learner_with_access, course)
    with django_capture_on_commit_callbacks(execute=True):
        certificate = claim_as(learner_with_access, course).certificate
    certificate.refresh_from_db()
    assert certificate.status == CertificateStatus.ISSUED
    assert Mail.objects.get().status == "sent"
    [message] = mail.outbox
    assert message.to == ["paid@example.org"]
    assert message.subject == "Your certificate: Breast calcifications"
    assert certificate.verify_url in message.body
    [(name, content, kind)] = message.attachments
    assert (name, kind) == (f"breast-calcifications-certificate-{certificate.printed_code}.pdf", "application/pdf")
    assert hashlib.sha256(content).hexdigest() == certificate.sha256


def test_issue_certificate_keeps_the_file_and_its_hash(claimed):
    issue_certificate(certificate_id=claimed.certificate.pk)
    certificate = Certificate.objects.get()
    with default_storage.open(certificate.file) as file:
        pdf = file.read()
    assert certificate.file == f"certificates/{certificate.code}.pdf"
    assert certificate.sha256 == hashlib.sha256(pdf).hexdigest()


def test_issue_certificate_can_be_made_again_from_the_row_alone(claimed):
    issue_certificate(certificate_id=claimed.certificate.pk)
    certificate = Certificate.objects.select_related("claim").get()
    again = render_certificate(from_snapshot(certificate.fields), made_at=certificate.claim.claimed_at)
    assert hashlib.sha256(again).hexdigest() == certificate.sha256


def test_issue_certificate_twice_changes_nothing(claimed):
    issue_certificate(certificate_id=claimed.certificate.pk)
    first = Certificate.objects.values().get()
    issue_certificate(certificate_id=claimed.certificate.pk)
    assert Certificate.objects.values().get() == first
    assert default_storage.listdir("certificates")[1] == [f"{claimed.certificate.code}.pdf"]


def test_issue_certificate_removes_the_file_of_the_worker_that_came_second(claimed, monkeypatch):
    def render_while_another_issues(*args, **kwargs):
        monkeypatch.undo()
        issue_certificate(certificate_id=claimed.certificate.pk)
        return render_certificate(*args, **kwargs)

    monkeypatch.setattr(services, "render_certificate", render_while_another_issues)
    issue_certificate(certificate_id=claimed.certificate.pk)
    assert default_storage.listdir("certificates")[1] == [f"{claimed.certificate.code}.pdf"]
    assert Certificate.objects.get().file == f"certificates/{claimed.certificate.code}.pdf"


def test_certificate_does_not_change_with_the_profile(claimed, learner_with_access):
    learner_with_access.name = "Somebody Else"
    learner_with_access.save()
    issue_certificate(certificate_id=claimed.certificate.pk)
    assert Certificate.objects.get().fields["name"] == "Rosa Marín, MD"


@pytest.fixture
def held(learner_with_access, course) -> Certificate:
    learner_with_access.name = "Rosa 😀 Marín"
    learner_with_access.save()
    complete(learner_with_access, course)
    certificate = claim_as(learner_with_access, course).certificate
    issue_certificate(certificate_id=certificate.pk)
    certificate.refresh_from_db()
    return certificate


def test_issue_certificate_holds_a_name_that_cannot_be_printed(held):
    assert held.status == CertificateStatus.HELD
    assert held.problem == "Cannot be printed: U+1F600 GRINNING FACE"
    assert (held.file, held.sha256, held.issued_at) == ("", "", None)


def test_issue_certificate_leaves_a_fault_of_the_process_to_another(claimed, monkeypatch):
    monkeypatch.setattr(rendering, "_forked_after_use", True)
    with pytest.raises(ForkedAfterUse):
        issue_certificate(certificate_id=claimed.certificate.pk)
    assert Certificate.objects.get().status == CertificateStatus.DUE
    monkeypatch.undo()
    issue_certificate(certificate_id=claimed.certificate.pk)
    assert Certificate.objects.get().status == CertificateStatus.ISSUED


def test_retry_certificate_takes_the_corrected_name(held, learner_with_access, django_capture_on_commit_callbacks):
    learner_with_access.name = "Rosa Marín"
    learner_with_access.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert retry_certificate(certificate_id=held.pk, by=learner_with_access) is True
    held.refresh_from_db()
    assert (held.status, held.problem, held.fields["name"]) == (CertificateStatus.ISSUED, "", "Rosa Marín")
    assert len(mail.outbox) == 1


def test_retry_certificate_holds_it_again_when_the_name_is_the_same(
    held, learner_with_access, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        retry_certificate(certificate_id=held.pk, by=learner_with_access)
    held.refresh_from_db()
    assert held.status == CertificateStatus.HELD
    assert mail.outbox == []


def test_retry_certificate_leaves_an_issued_one_alone(claimed, learner_with_access):
    issue_certificate(certificate_id=claimed.certificate.pk)
    before = Certificate.objects.values().get()
    assert retry_certificate(certificate_id=claimed.certificate.pk, by=learner_with_access) is False
    assert Certificate.objects.values().get() == before


@pytest.fixture
def issued(claimed) -> Certificate:
    issue_certificate(certificate_id=claimed.certificate.pk)
    return Certificate.objects.get()


def sent(certificate: Certificate) -> bool:
    return send_mail(mail_id=Mail.objects.get(kind="certificate", reference=str(certificate.pk)).pk)


def test_issue_certificate_writes_its_mail_with_it(issued, learner_with_access):
    row = Mail.objects.get()
    assert (row.kind, row.reference, row.user) == ("certificate", str(issued.pk), learner_with_access)
    assert (row.to, row.status, row.content) == ("paid@example.org", "waiting", None)
    assert mail.outbox == []


def test_issue_certificate_twice_leaves_one_mail(issued):
    issue_certificate(certificate_id=issued.pk)
    assert (sent(issued), sent(issued)) == (True, False)
    assert Mail.objects.count() == len(mail.outbox) == 1


def test_issue_certificate_mails_nothing_that_is_held(held):
    assert not Mail.objects.exists()


# --- Files that are gone ----------------------------------------------------------------------------


def test_certificate_mail_makes_a_file_again_that_is_gone(issued):
    default_storage.delete(issued.file)
    assert sent(issued) is True
    [(_, content, _)] = mail.outbox[0].attachments
    assert hashlib.sha256(content).hexdigest() == issued.sha256
    assert default_storage.exists(issued.file)
    assert ModelLogEntry.objects.get(action="cme.remake_certificate").data == {"sha256": issued.sha256}


def test_read_certificate_says_when_the_file_made_again_differs(issued, caplog):
    default_storage.delete(issued.file)
    Certificate.objects.update(sha256="0" * 64)
    pdf = read_certificate(certificate=Certificate.objects.get())
    assert hashlib.sha256(pdf).hexdigest() == issued.sha256
    assert f"The file of certificate {issued} is gone, and made again it differs" in caplog.text
    assert not default_storage.exists(issued.file)
    assert Certificate.objects.get().sha256 == "0" * 64


# --- The CME office's data --------------------------------------------------------------------------


def test_upserts_are_in_the_audit_log(make_activity):
    activity = make_activity()
    upsert_credit_type(**{**AMA, "heading": "Certificate"})
    actions = ModelLogEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "cme.write_credit_type",
        "cme.write_credit_type",
        "cme.write_activity",
        "cme.write_credit_type",
    ]
    entry = ModelLogEntry.objects.get(action="cme.write_activity")
    assert entry.object_id == str(activity.pk)
    assert (entry.data["max_credits"], entry.data["credit_types"]) == ("1.25", ["ama-pra-category-1", "participation"])
    assert ModelLogEntry.objects.order_by("pk").last().data["heading"] == "Certificate"


def test_upsert_credit_type_changes_the_row_in_place(db):
    first = upsert_credit_type(**AMA)
    second = upsert_credit_type(**{**AMA, "heading": "Certificate"})
    assert (first.pk, second.heading, CreditType.objects.count()) == (second.pk, "Certificate", 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("increment", "0.1"), ("increment", "0"), ("wording", "$secret"), ("wording", "$"), ("professions", ["wizard"])],
)
def test_upsert_credit_type_refuses_what_breaks_a_rule(db, field, value):
    with pytest.raises(ValidationError):
        upsert_credit_type(**{**AMA, field: value})
    assert not CreditType.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"max_credits": "1.1"},
        {"max_credits": "0"},
        {"sponsorship": "joint", "partners": ""},
        {"expires_in": 3 * 366},
        {"expires_in": -31},
        {"designated_ago": 29},
    ],
)
def test_upsert_activity_refuses_what_breaks_a_rule(make_course, today, changes):
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION)
    fields = activity_fields(today)
    if "expires_in" in changes:
        fields["expires_on"] = today + timedelta(days=changes.pop("expires_in"))
    if "designated_ago" in changes:
        fields["designated_on"] = today - timedelta(days=changes.pop("designated_ago"))
    with pytest.raises(ValidationError):
        upsert_activity(course=make_course(), **{**fields, **changes})
    assert not Activity.objects.exists()
