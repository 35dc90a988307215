import pytest
from django.db import IntegrityError, transaction

from accounts.models import AccessGrant, User


def test_create_user_lowers_the_address(db):
    user = User.objects.create_user("Ada@Example.ORG")

    assert user.email == "ada@example.org"
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)


def test_create_superuser_is_staff(db):
    user = User.objects.create_superuser("root@example.org", "correct horse battery")

    assert (user.is_staff, user.is_superuser) == (True, True)
    assert user.check_password("correct horse battery")


def test_address_is_unique(learner):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("LEARNER@example.org")


@pytest.mark.parametrize(
    ("name", "profession", "complete"),
    [("Ada", "physician", True), ("", "physician", False), ("Ada", "", False), ("", "", False)],
)
def test_has_profile_needs_name_and_profession(name, profession, complete):
    assert User(name=name, profession=profession).has_profile is complete


def test_user_reads_as_name_or_address():
    assert str(User(email="ada@example.org", name="Ada Lindqvist")) == "Ada Lindqvist"
    assert str(User(email="ada@example.org")) == "ada@example.org"


def test_one_grant_per_source_and_reference(learner, other_learner):
    AccessGrant.objects.create(user=learner, source="gift", reference="1")

    with pytest.raises(IntegrityError), transaction.atomic():
        AccessGrant.objects.create(user=other_learner, source="gift", reference="1")


def test_zone_that_is_not_known_here_is_utc():
    assert str(User(time_zone="Mars/Olympus_Mons").zone) == "UTC"
    assert str(User(time_zone="../etc/passwd").zone) == "UTC"
