import hashlib

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from wagtail.models import ModelLogEntry

from accounts.mail.services import send_mail
from accounts.models import Mail
from cme.certificates import services
from cme.certificates.errors import FileDamaged
from cme.certificates.queries import get_held_certificates
from cme.certificates.rendering import render_certificate
from cme.certificates.services import issue_certificate, read_certificate, reissue_certificate, retry_certificate
from cme.certificates.wording import from_snapshot
from cme.models import Certificate, CertificateStatus
from cme.own_data import Credit
from core import typesetting
from core.typesetting import ForkedAfterUse


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
    assert held.problem == "“😀” cannot be printed. Use letters, digits and punctuation, of any script."
    assert (held.file, held.sha256, held.issued_at) == ("", "", None)


def test_issue_certificate_leaves_a_fault_of_the_process_to_another(claimed, monkeypatch):
    monkeypatch.setattr(typesetting, "_forked_after_use", True)
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


def change_the_file(certificate: Certificate) -> None:
    default_storage.delete(certificate.file)
    default_storage.save(certificate.file, ContentFile(b"%PDF-1.7 made out to somebody else"))


def test_changed_file_is_never_handed_out_but_made_again(issued, paid):
    change_the_file(issued)
    response = paid.get(f"/cme/certificates/{issued.printed_code}/")
    assert hashlib.sha256(response.getvalue()).hexdigest() == issued.sha256
    with default_storage.open(issued.file) as file:
        assert hashlib.sha256(file.read()).hexdigest() == issued.sha256


def test_changed_file_is_never_mailed(issued):
    change_the_file(issued)
    assert sent(issued) is True
    [(_, content, _)] = mail.outbox[0].attachments
    assert hashlib.sha256(content).hexdigest() == issued.sha256


@pytest.fixture
def damaged(issued) -> Certificate:
    """As with another version of typst: made again it is not the file that was issued."""
    Certificate.objects.update(sha256="0" * 64)
    return Certificate.objects.get()


def test_file_that_cannot_be_made_again_is_not_handed_out_and_staff_are_told_once(
    damaged, paid, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            response = paid.get(f"/cme/certificates/{damaged.printed_code}/", follow=True)
    page = response.content.decode()
    assert "The file of your certificate is damaged." in page
    assert "Download the certificate" not in page
    # Nothing is mailed before somebody of the office issues it anew.
    assert page.count("The office has been told, and will look at it.") == 2 and "mails you" not in page
    [message] = mail.outbox
    assert message.to == [settings.CONTACT_EMAIL]
    assert f"/studio/cme/certificates/{damaged.pk}/" in message.body
    assert list(get_held_certificates()) == [damaged]
    assert ModelLogEntry.objects.filter(action="cme.damaged_certificate").count() == 1


def test_damaged_certificate_is_not_mailed(damaged):
    assert sent(damaged) is False
    assert [message.to for message in mail.outbox] == []


def test_damaged_certificate_still_verifies(damaged, client):
    assert "Genuine." in client.get(damaged.get_absolute_url()).content.decode()


def test_damaged_certificate_is_issued_anew(damaged, admin, client_for, paid):
    with pytest.raises(FileDamaged):
        read_certificate(certificate=damaged)
    assert (
        f"/studio/cme/certificates/{damaged.pk}/reissue/" in client_for(admin).get("/studio/cme/held/").content.decode()
    )
    new = reissue_certificate(certificate_id=damaged.pk, by=admin)
    assert new
    issue_certificate(certificate_id=new.pk)
    assert paid.get(f"/cme/certificates/{new.printed_code}/").status_code == 200
    assert list(get_held_certificates()) == []


def test_copy_of_ones_data_says_which_file_is_damaged(damaged, learner_with_access):
    files = dict(Credit().gather_files(learner_with_access))
    assert list(files) == [f"certificates/{damaged.download_name}.txt"]
