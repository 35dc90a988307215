from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import close_old_connections, connection
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, User
from accounts.queries import has_access
from accounts.services import forget_unproven_password, grant_access, replace_email_address, revoke_access


def audit_trail() -> list[str]:
    return list(ModelLogEntry.objects.order_by("pk").values_list("action", flat=True))


def test_grant_access_opens_every_course_once(learner):
    assert grant_access(user=learner, source="purchase", reference="17") is True
    assert grant_access(user=learner, source="purchase", reference="17") is False

    assert AccessGrant.objects.count() == 1
    assert has_access(learner)
    assert audit_trail() == ["accounts.grant_access"]


def test_grant_access_opens_nothing_for_others(learner, db):
    grant_access(user=learner, source="purchase", reference="17")

    assert not has_access(User.objects.create_user("stranger@example.org"))


def test_revoke_access_closes_and_a_second_time_does_nothing(learner):
    grant_access(user=learner, source="purchase", reference="17")

    assert revoke_access(source="purchase", reference="17", reason="refund") is True
    assert revoke_access(source="purchase", reference="17", reason="refund") is False

    assert not has_access(learner)
    assert audit_trail() == ["accounts.grant_access", "accounts.revoke_access"]
    assert ModelLogEntry.objects.get(action="accounts.revoke_access").data == {"user": learner.pk, "reason": "refund"}


def test_revoke_access_of_an_unknown_grant_changes_nothing(learner_with_access):
    assert revoke_access(source="purchase", reference="unknown", reason="refund") is False
    assert has_access(learner_with_access)


def test_granting_after_revoking_stands_again(learner):
    grant_access(user=learner, source="purchase", reference="17")
    revoke_access(source="purchase", reference="17", reason="dispute")

    assert grant_access(user=learner, source="purchase", reference="17") is True

    assert has_access(learner)
    assert AccessGrant.objects.count() == 1


def test_one_of_two_grants_is_enough(learner):
    grant_access(user=learner, source="purchase", reference="17")
    grant_access(user=learner, source="gift", reference="1")

    revoke_access(source="purchase", reference="17", reason="refund")

    assert has_access(learner)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_grant_access_at_the_same_moment_is_one_grant():
    user = User.objects.create_user("race@example.org")
    start = Barrier(8)

    def grant(_: int) -> bool:
        try:
            start.wait()
            return grant_access(user=user, source="purchase", reference="17")
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(grant, range(8)))

    assert sorted(results) == [False] * 7 + [True]
    assert AccessGrant.objects.count() == 1
    assert audit_trail() == ["accounts.grant_access"]


def test_replace_email_address_leaves_only_the_new_one_to_be_proven(learner):
    learner.email = "new@example.org"
    learner.save()

    replace_email_address(user=learner)

    assert list(EmailAddress.objects.values_list("user", "email", "primary", "verified")) == [
        (learner.pk, "new@example.org", True, False)
    ]


def test_forget_unproven_password_drops_it(db):
    user = User.objects.create_user("doctor@example.org", "chosen by a stranger")
    EmailAddress.objects.create(user=user, email=user.email, verified=False)

    assert forget_unproven_password(user=user, email=user.email) is True

    user.refresh_from_db()
    assert not user.has_usable_password()


def test_forget_unproven_password_keeps_a_proven_one(learner):
    assert forget_unproven_password(user=learner, email=learner.email) is False

    learner.refresh_from_db()
    assert learner.check_password("correct horse battery")
