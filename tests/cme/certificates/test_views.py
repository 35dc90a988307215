import hashlib
import re

import pytest
from django.core import mail
from django.core.files.storage import default_storage

from cme.models import CertificateStatus
from courses.models import Course

CLAIM = "/cme/breast-calcifications/"


def test_retry_makes_the_certificate_with_the_corrected_name(
    paid, held, learner_with_access, django_capture_on_commit_callbacks
):
    learner_with_access.name = "Rosa Marín"
    learner_with_access.save()
    with django_capture_on_commit_callbacks(execute=True):
        response = paid.post(f"{CLAIM}retry/")
    assert response["Location"] == CLAIM
    held.refresh_from_db()
    assert (held.status, held.fields["name"]) == (CertificateStatus.ISSUED, "Rosa Marín")
    assert len(mail.outbox) == 1


def test_retry_works_when_the_course_is_unpublished(
    paid, held, learner_with_access, django_capture_on_commit_callbacks
):
    Course.objects.update(live=False)
    learner_with_access.name = "Rosa Marín"
    learner_with_access.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert paid.post(f"{CLAIM}retry/")["Location"] == CLAIM
    held.refresh_from_db()
    assert held.status == CertificateStatus.ISSUED


def test_retry_of_another_learners_certificate_is_not_there(client_for, other_learner, held):
    assert client_for(other_learner).post(f"{CLAIM}retry/").status_code == 404
    held.refresh_from_db()
    assert held.status == CertificateStatus.HELD


def test_download_makes_a_file_again_that_is_gone(paid, issued):
    default_storage.delete(issued.file)
    response = paid.get(f"/cme/certificates/{issued.printed_code}/")
    assert hashlib.sha256(response.getvalue()).hexdigest() == issued.sha256
    assert default_storage.exists(issued.file)


def test_download_is_the_file_that_was_issued(paid, issued):
    response = paid.get(f"/cme/certificates/{issued.printed_code}/")
    assert hashlib.sha256(response.getvalue()).hexdigest() == issued.sha256
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="breast-calcifications-certificate-{issued.printed_code}.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("person", ["other_learner", "learner", "author", "admin"])
def test_download_is_not_there_for_anyone_else(client_for, issued, request, person):
    client = client_for(request.getfixturevalue(person))
    assert client.get(f"/cme/certificates/{issued.printed_code}/").status_code == 404


def test_download_of_a_held_certificate_is_not_there(paid, held):
    assert paid.get(f"/cme/certificates/{held.printed_code}/").status_code == 404


def test_verify_shows_every_printed_field_to_anyone(client, issued):
    response = client.get(issued.get_absolute_url())
    page = re.sub(r"</?em[^>]*>", "", response.content.decode())
    fields = issued.fields
    assert response.status_code == 200
    printed = [fields[key] for key in ("heading", "name", "did", "activity", "award", "demonstration_note", "code")]
    for words in [*printed, *(value for _, value in fields["facts"]), *fields["statements"]]:
        assert words in page
    assert "UTC" in page
    assert '<meta name="robots" content="noindex">' in page


def test_verify_gives_away_nothing_else_about_the_holder(client, issued):
    page = client.get(issued.get_absolute_url()).content.decode()
    assert "paid@example.org" not in page


def test_verify_form_reads_what_a_person_types(client, issued):
    typed = issued.printed_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    response = client.get("/verify/", {"code": typed})
    assert response["Location"] == issued.get_absolute_url()
    assert client.get(f"/verify/{issued.code}/")["Location"] == issued.get_absolute_url()


def test_verify_form_explains_what_cannot_be_a_code(client, db):
    assert "A code has twelve letters and digits" in client.get("/verify/", {"code": "123"}).content.decode()


@pytest.mark.parametrize("code", ["8F3K-7QZM-X2VA", "nonsense", "%3Cscript%3E"])
def test_verify_of_an_unknown_code_helps(client, db, code):
    response = client.get(f"/verify/{code}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "eScan Academy did not issue the certificate." in page
    assert "<script>" not in page.partition("<main")[2]


def test_verify_does_not_know_what_was_not_issued(client, claimed):
    assert client.get(f"/verify/{claimed.certificate.printed_code}/").status_code == 404
