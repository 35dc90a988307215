import hashlib

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from wagtail.models import ModelLogEntry

from accounts.mail.services import send_mail
from accounts.models import Mail
from cme.certificates import rendering, services
from cme.certificates.rendering import ForkedAfterUse, render_certificate
from cme.certificates.services import issue_certificate, read_certificate, retry_certificate
from cme.certificates.wording import from_snapshot
from cme.models import Certificate, CertificateStatus


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
