import hashlib
import re

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from cme.certificates.services import issue_certificate
from cme.models import Certificate, CertificateStatus, Claim, Evaluation
from courses.models import Course
from tests.cme.conftest import ANSWERS, claim_as, complete
from tests.html import flat

FORM = {**ANSWERS, "credits": "1.0", "attestation": "on"}
CLAIM = "/cme/breast-calcifications/"


@pytest.fixture
def paid(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)


@pytest.fixture
def issued(claimed) -> Certificate:
    issue_certificate(certificate_id=claimed.certificate.pk)
    return Certificate.objects.get()


# --- The ledger -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/cme/", CLAIM, "/cme/certificates/8F3K-7QZM-X2VA/"])
def test_strangers_are_asked_to_sign_in(client, course, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


def test_ledger_is_empty_at_first(paid):
    response = paid.get("/cme/")
    assert "No credit yet." in response.content.decode()


def test_ledger_shows_claims_and_what_is_left_to_claim(paid, learner_with_access, issued, make_course, make_activity):
    other = make_activity(make_course("dense-breasts", "Dense breasts")).course
    complete(learner_with_access, other)
    page = paid.get("/cme/").content.decode()
    assert '1.25 <em class="trademark">AMA PRA Category 1 Credits™</em>' in page
    assert "demonstration" in page
    assert issued.get_absolute_url() in page
    assert reverse("cme:download", args=[issued.printed_code]) in page
    assert "Claim credit for Dense breasts" in page


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_asks_the_same_number_of_queries(
    paid, learner_with_access, make_course, make_activity, django_assert_num_queries, count
):
    for number in range(count):
        course = make_activity(make_course(f"course-{number}")).course
        complete(learner_with_access, course)
        claim_as(learner_with_access, course)
        complete(learner_with_access, make_activity(make_course(f"unclaimed-{number}")).course)
    with django_assert_num_queries(3):
        assert paid.get("/cme/").status_code == 200


# --- Claiming ---------------------------------------------------------------------------------------


def test_claim_says_what_is_missing_before_completion(paid, course):
    response = paid.get(CLAIM)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Credit is claimed after the course is completed." in page
    assert "The post-test, with at least 75 percent right" in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]


def test_claim_of_an_unknown_course_is_not_there(paid, db):
    assert paid.get("/cme/no-such-course/").status_code == 404


def test_claim_offers_quarters_and_asks_for_attestation(paid, learner_with_access, course):
    complete(learner_with_access, course)
    page = paid.get(CLAIM).content.decode()
    assert re.findall(r'<option value="([\d.]+)"', page) == ["1.25", "1.0", "0.75", "0.5", "0.25"]
    assert "Claim only the credit commensurate with the extent of your participation." in page
    assert "I took part in this activity" in page
    assert "invented for this demonstration; not accredited by anyone" in page


def test_claim_works_without_javascript(paid, learner_with_access, course, django_capture_on_commit_callbacks):
    complete(learner_with_access, course)
    with django_capture_on_commit_callbacks(execute=True):
        response = paid.post(CLAIM, FORM)
    assert (response.status_code, response["Location"]) == (302, CLAIM)
    claim = Claim.objects.get()
    assert (str(claim.credits), claim.evaluation.answers) == ("1.00", ANSWERS)
    page = paid.get(CLAIM).content.decode()
    assert "Your certificate is ready, and on its way to your mail." in page
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"credits": "1.5"}, "Choose an amount in steps of 0.25, at most 1.25."),
        ({"credits": "0.3"}, "Choose an amount in steps of 0.25, at most 1.25."),
        ({"credits": ""}, "Choose how much you claim."),
        ({"attestation": ""}, "Confirm that you took part in the activity."),
        ({"balance": ""}, "Choose an answer."),
        ({"comment": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_claim_refuses_bad_input_with_a_reason(paid, learner_with_access, course, change, reason):
    complete(learner_with_access, course)
    response = paid.post(CLAIM, {**FORM, **change})
    assert reason in response.content.decode()
    assert not Claim.objects.exists()
    assert not Evaluation.objects.exists()


def test_claim_is_refused_before_completion(paid, course):
    response = paid.post(CLAIM, FORM)
    assert response.status_code == 409
    assert not Claim.objects.exists()


def test_claim_is_refused_without_access(client_for, learner, course):
    complete(learner, course)
    response = client_for(learner).post(CLAIM, FORM)
    assert response.status_code == 409
    assert "New claims need access" in response.content.decode()
    assert not Claim.objects.exists()


def test_claim_a_second_time_shows_the_first(paid, issued):
    response = paid.post(CLAIM, {**FORM, "credits": "0.25"})
    assert response.status_code == 200
    assert str(Claim.objects.get().credits) == "1.25"


def test_claim_waits_for_the_certificate_without_reloading(paid, claimed):
    page = paid.get(CLAIM).content.decode()
    assert "Your certificate is being made." in page
    assert f'hx-get="{CLAIM}" hx-trigger="every 2s"' in page
    partial = paid.get(CLAIM, headers={"HX-Request": "true"}).content.decode()
    assert flat(partial).startswith('<div id="certificate"')
    issue_certificate(certificate_id=claimed.certificate.pk)
    partial = paid.get(CLAIM, headers={"HX-Request": "true"}).content.decode()
    assert "Download the certificate (PDF)" in partial
    assert "hx-get" not in partial


# --- Held certificates ------------------------------------------------------------------------------


@pytest.fixture
def held(learner_with_access, course) -> Certificate:
    learner_with_access.name = "Rosa 😀 Marín"
    learner_with_access.save()
    complete(learner_with_access, course)
    certificate = claim_as(learner_with_access, course).certificate
    issue_certificate(certificate_id=certificate.pk)
    return Certificate.objects.get()


def test_claim_says_why_a_certificate_is_held_and_what_to_do(paid, held):
    page = paid.get(CLAIM).content.decode()
    assert "Your certificate is held." in page
    assert "U+1F600 GRINNING FACE" in page
    assert f"/accounts/profile/?next={CLAIM}" in page
    assert "Held: see what to do" in paid.get("/cme/").content.decode()


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


def test_claim_stays_with_its_learner_when_the_course_is_unpublished(client_for, paid, other_learner, issued):
    Course.objects.update(live=False)
    assert f'href="{CLAIM}"' in paid.get("/cme/").content.decode()
    page = paid.get(CLAIM)
    assert page.status_code == 200
    assert "Your certificate is ready" in page.content.decode()
    assert client_for(other_learner).get(CLAIM).status_code == 404


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


# --- Downloads --------------------------------------------------------------------------------------


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


# --- Verification -----------------------------------------------------------------------------------


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
