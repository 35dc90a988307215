"""The studio's screens for people: an address, one name, no password."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone

from accounts.models import User
from courses.models import Attempt, Completion
from tests.escan.people import prove

PEOPLE = "/studio/users/"


@pytest.fixture
def studio(admin, client_for):
    client = client_for(admin)
    prove(client, admin)
    return client


def test_people_are_listed_with_address_and_profession(studio, learner):
    page = studio.get(PEOPLE).content.decode()

    for text in ("Ada Lindqvist, MD", "learner@example.org", "Physician (MD, DO or equivalent)", "Administrator"):
        assert text in page


@pytest.mark.parametrize("words", ["lindq", "learner@"])
def test_people_are_found_by_name_and_by_address(studio, learner, other_learner, words):
    page = studio.get(PEOPLE, {"q": words}).content.decode()

    assert "Ada Lindqvist, MD" in page
    assert "Súilleabháin" not in page


@pytest.mark.parametrize("order", ["name", "-name", "email", "profession", "is_active", "last_login"])
def test_people_are_sorted(studio, learner, order):
    assert studio.get(PEOPLE, {"ordering": order}).status_code == 200


def test_people_need_the_same_queries_for_one_and_for_many(studio, learner, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as few:
        studio.get(PEOPLE)
    for number in range(3):
        User.objects.create_user(f"more{number}@example.org")
    with django_assert_max_num_queries(60) as many:
        studio.get(PEOPLE)

    assert len(few) == len(many)


def test_person_is_added_and_signs_in_by_code(studio, client):
    group = Group.objects.create(name="Office")

    response = studio.post(
        f"{PEOPLE}new/",
        {"email": "Grace@Example.org", "name": "Grace O'Hopper", "profession": "physicist", "groups": [group.pk]},
    )

    assert response.status_code == 302
    user = User.objects.get(email="grace@example.org")
    assert (user.name, user.profession, user.is_superuser) == ("Grace O'Hopper", "physicist", False)
    assert list(user.groups.all()) == [group]
    assert not user.has_usable_password()
    client.post("/accounts/login/", {"login": "grace@example.org"})
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/learn/"
    assert EmailAddress.objects.get(user=user).verified
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": ""}, "This field is required."),
        ({"email": "LEARNER@example.org"}, "Another account uses this address."),
        ({"email": "new@example.org", "name": "Ada \u202eX"}, "comes an invisible character"),
        ({"email": "new@example.org", "profession": "wizard"}, "Select a valid choice."),
    ],
)
def test_person_with_bad_input_is_not_added(studio, learner, fields, error):
    page = studio.post(f"{PEOPLE}new/", fields).content.decode()

    assert error in page
    assert User.objects.count() == 2


def test_person_is_edited(studio, learner):
    response = studio.post(
        f"{PEOPLE}edit/{learner.pk}/",
        {"email": learner.email, "name": "Ada Byron", "profession": "student", "is_active": "on"},
    )

    assert response.status_code == 302
    learner.refresh_from_db()
    assert (learner.name, learner.profession, learner.is_active) == ("Ada Byron", "student", True)
    assert learner.check_password("correct horse battery")
    assert EmailAddress.objects.get(user=learner).verified


def test_address_of_a_person_is_not_changed_here(studio, learner, client_for):
    """Without a proof, a mail or an undo it would be a way to take over any account."""
    theirs = client_for(learner)
    page = studio.get(f"{PEOPLE}edit/{learner.pk}/").content.decode()
    assert "It is changed under “People”" in page

    studio.post(f"{PEOPLE}edit/{learner.pk}/", {"email": "thief@example.org", "name": "Ada Byron", "is_active": "on"})

    learner.refresh_from_db()
    assert (learner.email, learner.name) == ("learner@example.org", "Ada Byron")
    assert list(EmailAddress.objects.filter(user=learner).values_list("email", "primary", "verified")) == [
        ("learner@example.org", True, True)
    ]
    assert theirs.get("/accounts/profile/").status_code == 200


def test_closed_account_cannot_sign_in(studio, learner, client_for):
    client = client_for(learner)

    studio.post(f"{PEOPLE}edit/{learner.pk}/", {"email": learner.email})

    assert client.get("/accounts/profile/").status_code == 302


def test_nobody_closes_or_raises_themselves(studio, admin):
    page = studio.get(f"{PEOPLE}edit/{admin.pk}/").content.decode()

    assert 'name="is_active"' not in page
    assert 'name="is_superuser"' not in page


def test_studio_account_page_asks_for_no_second_name(studio):
    page = studio.get("/studio/account/").content.decode()

    assert "first_name" not in page


@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}new/"])
def test_people_are_for_administrators(learner, other_learner, client_for, path):
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    response = client_for(learner).get(path)
    assert response.status_code == 302
    assert "Lindqvist" not in response.content.decode()


# --- Who has to stay --------------------------------------------------------------------------------


@pytest.fixture
def graduate(learner, course) -> User:
    """Somebody whose completion has to be kept."""
    now = timezone.now()
    attempt = Attempt.objects.create(
        user=learner, course=course, passing_score=75, score=90, started_at=now, submitted_at=now
    )
    Completion.objects.create(
        user=learner, course=course, attempt=attempt, completed_at=now, completed_on=now.date(), score=90, lessons=[]
    )
    return learner


@pytest.mark.parametrize("method", ["get", "post"])
def test_person_with_records_is_deactivated_instead(studio, graduate, method):
    response = getattr(studio, method)(f"{PEOPLE}delete/{graduate.pk}/")

    assert response["Location"] == f"{PEOPLE}edit/{graduate.pk}/"
    page = studio.get(response["Location"]).content.decode()
    assert "“Ada Lindqvist, MD” cannot be deleted." in page
    assert "Deactivate the account instead" in page
    assert User.objects.filter(pk=graduate.pk, is_active=True).exists()


def test_people_with_records_are_not_deleted_in_bulk(studio, graduate, other_learner):
    address = f"/studio/bulk/accounts/user/delete/?id={graduate.pk}&id={other_learner.pk}&next={PEOPLE}"

    page = studio.post(address, follow=True).content.decode()

    assert "“Ada Lindqvist, MD” cannot be deleted." in page
    assert "Súilleabháin” cannot be deleted" not in page
    assert User.objects.filter(pk__in=[graduate.pk, other_learner.pk]).count() == 2


def test_person_without_records_is_deleted(studio, other_learner, learner):
    studio.post(f"{PEOPLE}delete/{other_learner.pk}/")
    studio.post(f"/studio/bulk/accounts/user/delete/?id={learner.pk}")

    assert not User.objects.filter(pk__in=[other_learner.pk, learner.pk]).exists()


def test_own_address_is_not_changed_in_the_studio(studio, admin):
    """There it would need neither a fresh proof nor a code, and nothing could be undone."""
    form = {"email": "thief@example.org", "name": "Administrator", "profession": "", "groups": []}
    page = studio.get(f"{PEOPLE}edit/{admin.pk}/").content.decode()
    assert "You change your own address in your profile." in page

    studio.post(f"{PEOPLE}edit/{admin.pk}/", form)

    admin.refresh_from_db()
    assert admin.email == "admin@example.org"
