"""Access for a list of addresses, given once and taken back as one."""

from uuid import UUID, uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from accounts.services import grant_access
from payments.models import AccessGiving
from payments.queries.giving import foresee, get_giving
from payments.services.giving import give_to_many, undo_giving
from payments.services.staff import revoke_grant
from tests.conftest import make_user
from tests.escan.support.test_merging_at_once import at_once

KEY = UUID("5b1f1a52-9a0e-4a3e-8a55-5d6ac7b7a001")
LIST = ["learner@example.org", "new@example.org", "other@example.org"]


def give(by: User, *addresses: str, key: UUID = KEY, is_mailed: bool = True) -> AccessGiving:
    return give_to_many(addresses=addresses or LIST, key=key, because="Faculty", is_mailed=is_mailed, by=by)


def who_has_access() -> list[str]:
    emails = AccessGrant.objects.active().filter(source="staff").values_list("user__email", flat=True)
    return sorted(emails)


@pytest.mark.django_db
def test_each_receives_what_was_foreseen(learner, other_learner, support):
    User.objects.create_user("closed@example.org", is_active=False)
    foreseen = foresee([*LIST, "closed@example.org"])
    assert (foreseen.given, foreseen.new, foreseen.open, foreseen.closed) == (
        ["learner@example.org"],
        ["new@example.org"],
        ["other@example.org"],
        ["closed@example.org"],
    )
    assert not AccessGiving.objects.exists() and not User.objects.filter(email="new@example.org").exists()

    giving = get_giving(give(support, *LIST, "closed@example.org").pk)
    assert (giving.asked, giving.opened, giving.given, giving.standing) == (4, 1, 2, 2)
    assert who_has_access() == ["learner@example.org", "new@example.org"]
    assert sorted(Mail.objects.filter(kind="access given").values_list("to", flat=True)) == who_has_access()
    person = User.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert list(EmailAddress.objects.filter(user=person).values_list("verified", "primary")) == [(False, True)]
    told = ModelLogEntry.objects.filter(user=support).values_list("action", "data__reason").order_by("pk")
    assert list(told) == [
        ("payments.open_account", "Faculty"),
        ("payments.grant", "Faculty"),
        ("payments.grant", "Faculty"),
        ("payments.give_to_many", "Faculty"),
    ]


@pytest.mark.django_db
def test_list_that_is_sent_twice_gives_once(learner, support):
    first = give(support)
    undo_giving(giving_id=first.pk, because="Wrong list", is_mailed=False, by=support)
    assert give(support).pk == first.pk
    assert who_has_access() == [] and not has_access(learner)


@pytest.mark.django_db
def test_no_mail_without_the_tick(learner, support):
    giving = give(support, is_mailed=False)
    undo_giving(giving_id=giving.pk, because="Wrong list", is_mailed=False, by=support)
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_undoing_takes_back_what_this_list_gave_and_nothing_else(learner, support):
    kept, given_back = make_user("kept@example.org"), make_user("back@example.org")
    giving = give(support, "kept@example.org", "back@example.org", "learner@example.org")
    grant_access(user=kept, source="purchase", reference="cs_1")
    earlier = AccessGrant.objects.get(user=given_back)
    revoke_grant(grant_id=earlier.pk, because="Left", is_mailed=False, by=support)
    other = give(support, "back@example.org", key=uuid4())

    assert undo_giving(giving_id=giving.pk, because="Wrong list", is_mailed=True, by=support)
    assert has_access(kept) and has_access(given_back) and not has_access(learner)
    assert sorted(Mail.objects.filter(kind="access closed").values_list("to", flat=True)) == [
        "kept@example.org",
        "learner@example.org",
    ]
    giving = get_giving(giving.pk)
    assert (giving.standing, giving.undone_by, giving.undone_because) == (0, support, "Wrong list")
    assert get_giving(other.pk).standing == 1
    assert not undo_giving(giving_id=giving.pk, because="Again", is_mailed=True, by=support)
    assert AccessGiving.objects.get(pk=giving.pk).undone_because == "Wrong list"


@pytest.mark.django_db
def test_long_list_asks_the_database_no_more_than_a_short_one(support):
    def count(number: int) -> int:
        addresses = [f"{number}-{each}@example.org" for each in range(number)]
        with CaptureQueriesContext(connection) as seen:
            give(support, *addresses, key=uuid4())
        return len(seen)

    assert count(2) == count(40)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_same_form_at_the_same_moment_gives_once(transactional_db):
    by = make_user("staff@example.org")
    answers = at_once(*[lambda: give(by).pk] * 4)
    assert len(set(answers)) == 1 and isinstance(answers[0], int), answers
    assert who_has_access() == LIST
    assert AccessGrant.objects.count() == Mail.objects.count() == 3


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_two_of_the_staff_at_once_give_each_person_one_grant(transactional_db, turn):
    """Lists that overlap, in the opposite order, of people with accounts and without."""
    by = make_user("staff@example.org")
    make_user("learner@example.org")
    first, second = [*LIST, "first@example.org"], [*reversed(LIST), "a-second@example.org"]
    answers = at_once(lambda: give(by, *first, key=uuid4()), lambda: give(by, *second, key=uuid4()))
    assert all(isinstance(each, AccessGiving) for each in answers), answers
    assert who_has_access() == sorted({*first, *second})
    assert sum(giving.opened for giving in AccessGiving.objects.all()) == 4
    assert EmailAddress.objects.count() == User.objects.count() == 6


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_undo_at_once_take_back_once(transactional_db):
    by = make_user("staff@example.org")
    pk = give(by).pk
    undo = [lambda: undo_giving(giving_id=pk, because="Wrong list", is_mailed=True, by=by)] * 3
    assert sorted(map(str, at_once(*undo))) == ["False", "False", "True"]
    assert Mail.objects.filter(kind="access closed").count() == 3
