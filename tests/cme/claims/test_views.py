import re

import pytest
from django.core import mail

from cme.certificates.services import issue_certificate
from cme.models import Claim, Evaluation
from courses.models import Course
from tests.cme.conftest import ANSWERS, complete
from tests.html import flat

FORM = {**ANSWERS, "credits": "1.0", "attestation": "on"}
CLAIM = "/cme/breast-calcifications/"


@pytest.mark.parametrize("address", ["/cme/", CLAIM, "/cme/certificates/8F3K-7QZM-X2VA/"])
def test_strangers_are_asked_to_sign_in(client, course, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


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


def test_claim_says_why_a_certificate_is_held_and_what_to_do(paid, held):
    page = paid.get(CLAIM).content.decode()
    assert "Your certificate is held." in page
    assert "“😀” cannot be printed." in page
    assert f"/accounts/profile/?next={CLAIM}" in page
    assert "Held: see what to do" in paid.get("/cme/").content.decode()


def test_claim_stays_with_its_learner_when_the_course_is_unpublished(client_for, paid, other_learner, issued):
    Course.objects.update(live=False)
    assert f'href="{CLAIM}"' in paid.get("/cme/").content.decode()
    page = paid.get(CLAIM)
    assert page.status_code == 200
    assert "Your certificate is ready" in page.content.decode()
    assert client_for(other_learner).get(CLAIM).status_code == 404
