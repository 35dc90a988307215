"""What the old release wrote while it ran on, on tables of the new one."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


def test_default_of_the_old_release_is_forgotten_and_what_was_chosen_stays():
    applied = MigrationRecorder.Migration.objects.get(app="accounts", name="0005_time_zone_not_known").applied
    joined = {"before": -2, "meanwhile": 0.1, "later": 48}
    people = {
        name: make_user(f"{name}@example.org", time_zone="UTC", date_joined=applied + timedelta(hours=hours))
        for name, hours in joined.items()
    }
    chosen = make_user("oslo@example.org", time_zone="Europe/Oslo", date_joined=applied + timedelta(hours=0.1))

    for _ in range(2):
        call_command("after_upgrade")
        seen = {name: User.objects.get(pk=person.pk).time_zone for name, person in people.items()}
        assert seen == {"before": "UTC", "meanwhile": "", "later": "UTC"}
        assert User.objects.get(pk=chosen.pk).time_zone == "Europe/Oslo"


def test_address_that_the_old_release_kept_is_spelled_anew(learner):
    User.objects.filter(pk=learner.pk).update(email="ada@bücher.example")
    EmailAddress.objects.filter(user=learner).update(email="ada@bücher.example")

    call_command("after_upgrade")

    learner.refresh_from_db()
    assert learner.email == EmailAddress.objects.get(user=learner).email == "ada@xn--bcher-kva.example"
