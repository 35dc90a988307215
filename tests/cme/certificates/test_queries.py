from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from cme.certificates.queries import (
    get_certificate_by_code,
    get_held_certificates,
    get_overdue_certificates,
    get_own_certificate,
)
from cme.certificates.services import issue_certificate
from cme.models import Certificate


def test_get_own_certificate_is_not_there_for_another_learner(issued, learner_with_access, other_learner):
    assert get_own_certificate(learner_with_access, issued.printed_code) == issued
    with pytest.raises(Http404):
        get_own_certificate(other_learner, issued.printed_code)


def test_get_certificate_by_code_knows_issued_ones_only(claimed):
    with pytest.raises(Http404):
        get_certificate_by_code(claimed.certificate.code)
    issue_certificate(certificate_id=claimed.certificate.pk)
    assert get_certificate_by_code(claimed.certificate.code.lower()) == claimed.certificate


def overdue(after: timedelta) -> list[int]:
    return list(get_overdue_certificates(timezone.now() + after).values_list("pk", flat=True))


def test_get_overdue_certificates_finds_due_ones(claimed):
    key = claimed.certificate.pk
    assert overdue(timedelta(seconds=50)) == []
    assert overdue(timedelta(seconds=70)) == [key]
    issue_certificate(certificate_id=key)
    assert overdue(timedelta(days=1)) == []


def test_get_overdue_certificates_leaves_held_ones_to_people(claimed):
    Certificate.objects.update(status="held", problem="Cannot be printed")
    assert overdue(timedelta(days=1)) == []
    assert list(get_held_certificates()) == [claimed.certificate]
