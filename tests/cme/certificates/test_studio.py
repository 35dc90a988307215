import pytest
from django.core import mail

from cme.models import CertificateStatus
from tests.cme.conftest import claim_as, complete, hold
from tests.pressing import press

HELD = "/studio/cme/held/"


def test_studio_lists_held_certificates_with_the_reason(client_for, admin, held):
    page = client_for(admin).get(HELD).content.decode()
    assert "Rosa 😀 Marín" in page
    assert "“😀” cannot be printed." in page
    assert f"{HELD}{held.pk}/retry/" in page


def test_studio_makes_a_held_certificate_again(
    client_for, admin, held, learner_with_access, django_capture_on_commit_callbacks
):
    learner_with_access.name = "Rosa Marín"
    learner_with_access.save()
    with django_capture_on_commit_callbacks(execute=True):
        response = client_for(admin).post(f"{HELD}{held.pk}/retry/")
    assert response["Location"] == HELD
    held.refresh_from_db()
    assert held.status == CertificateStatus.ISSUED
    assert [message.to for message in mail.outbox] == [["paid@example.org"]]


def test_held_certificate_is_tried_again_by_a_press_in_the_list(client_for, admin, held, learner_with_access):
    learner_with_access.name = "Rosa Marín"
    learner_with_access.save()
    assert press(client_for(admin), HELD, f"{HELD}{held.pk}/retry/").status_code in (302, 303)
    held.refresh_from_db()
    assert held.status != CertificateStatus.HELD


@pytest.mark.parametrize("person", ["learner_with_access", "author"])
def test_studio_keeps_held_certificates_from_others(client_for, held, request, person):
    client = client_for(request.getfixturevalue(person))
    for response in (client.get(HELD), client.post(f"{HELD}{held.pk}/retry/")):
        assert response.status_code in (302, 403)
    held.refresh_from_db()
    assert held.status == CertificateStatus.HELD


@pytest.mark.parametrize("count", [1, 3])
def test_studio_asks_the_same_number_of_queries(
    client_for, admin, make_course, make_activity, learner_with_access, django_assert_num_queries, count
):
    for number in range(count):
        course = make_activity(make_course(f"course-{number}")).course
        complete(learner_with_access, course)
        learner_with_access.name = "Rosa Marín, MD"
        hold(claim_as(learner_with_access, course))
    client = client_for(admin)
    client.get(HELD)
    with django_assert_num_queries(8):
        client.get(HELD)


def test_studio_exports_held_certificates(client_for, admin, held):
    export = b"".join(client_for(admin).get(HELD, {"export": "csv"}).streaming_content).decode()
    assert "What is wrong" in export
    assert "“😀” cannot be printed." in export
