import hashlib
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import Mail
from accounts.services import revoke_access
from cme import errors
from cme.certificates import tasks
from cme.claims.attestation import ATTESTATION
from cme.models import Certificate, CertificateStatus, Claim, Evaluation
from tests.cme.conftest import ANSWERS, claim_as, complete


def nothing_was_written() -> bool:
    return not (Claim.objects.exists() or Evaluation.objects.exists() or Certificate.objects.exists())


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


# --- The days on a certificate --------------------------------------------------------------------------


def days(claim) -> tuple[str, str]:
    """Completed and issued, as they are printed."""
    fields = claim.certificate.fields
    return dict(fields["facts"])["Completed"], fields["statements"][-1].removeprefix("Issued by eScan Academy on ")


@pytest.mark.parametrize(
    ("zone_of_completion", "zone_of_claim", "printed"),
    [
        ("Pacific/Honolulu", "Pacific/Honolulu", ("24 November 2026", "24 November 2026.")),
        # Completed in Tokyo, claimed a moment later in Honolulu, where it is still the day before.
        ("Asia/Tokyo", "Pacific/Honolulu", ("25 November 2026", "25 November 2026.")),
        ("", "Pacific/Honolulu", ("25 November 2026", "25 November 2026.")),
        ("Pacific/Honolulu", "Asia/Tokyo", ("24 November 2026", "25 November 2026.")),
    ],
)
def test_certificate_is_never_issued_before_it_was_completed(
    learner_with_access, make_activity, monkeypatch, zone_of_completion, zone_of_claim, printed
):
    moment = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    released = {"designated_on": date(2026, 1, 1), "released_on": date(2026, 1, 2), "expires_on": date(2027, 1, 1)}
    course = make_activity(**released).course
    learner_with_access.time_zone = zone_of_completion
    complete(learner_with_access, course, on=moment.astimezone(learner_with_access.zone).date())
    learner_with_access.time_zone = zone_of_claim
    learner_with_access.save()
    claim = claim_as(learner_with_access, course)
    assert days(claim) == printed
    assert f"{claim.claimed_day:%-d %B %Y}." == printed[1]


def test_name_that_cannot_be_printed_is_told_before_the_claim(learner_with_access, course):
    """It may have been saved before names were checked."""
    learner_with_access.name = "Rosa 😀"
    learner_with_access.save()
    complete(learner_with_access, course)
    with pytest.raises(errors.ProfileIncomplete, match="“😀” cannot be printed"):
        claim_as(learner_with_access, course)
    assert nothing_was_written()
