from datetime import timedelta

from django.utils import timezone

from accounts.models import Mail
from cme.certificates.tasks import issue_certificate, sweep_certificates
from cme.models import Certificate, CertificateStatus


def test_sweep_certificates_makes_what_a_lost_message_left(claimed):
    Certificate.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    sweep_certificates()
    certificate = Certificate.objects.get()
    assert certificate.status == CertificateStatus.ISSUED
    assert Mail.objects.count() == 1


def test_sweep_certificates_twice_writes_one_mail(claimed):
    Certificate.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    sweep_certificates()
    sweep_certificates()
    assert Mail.objects.count() == 1


def test_sweep_certificates_leaves_fresh_ones_to_their_own_task(claimed):
    sweep_certificates()
    assert Certificate.objects.get().status == CertificateStatus.DUE
    assert not Mail.objects.exists()


def test_issue_certificate_may_run_twice(claimed):
    issue_certificate(claimed.certificate.pk)
    issue_certificate(claimed.certificate.pk)
    assert Certificate.objects.count() == 1
    assert Mail.objects.count() == 1
