"""The fixed cast. Every view has a permission test over it."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Profession, User
from accounts.services import grant_access
from tests import seeds
from tests.chromium import CHROMIUM

# A busy machine takes its time; and what failed once fails again.
hypothesis.settings.register_profile("academy", deadline=None, derandomize=True)
hypothesis.settings.load_profile("academy")

pytest_plugins = ["tests.content_fixtures", "tests.course_fixtures", "tests.video_fixtures"]


def what_is_missing(item: pytest.Item) -> str:
    if item.get_closest_marker("services"):
        if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
            return "PostgreSQL: set DATABASE_URL"
        if not os.environ.get("REDIS_URL"):
            return "Redis: set REDIS_URL"
    if item.get_closest_marker("browser") and not CHROMIUM:
        return "Chromium: install it, or set CHROMIUM"
    return ""


def pytest_report_header() -> str:
    return f"seed of every draw: {seeds.SEED} (tests/seeds.py)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """From before the first fixture until after the last, those of the session among them."""
    with seeds.seeded(name_of(item)):
        return (yield)


def name_of(item: pytest.Item) -> str:
    """Its address without the group that xdist writes behind it: the same with `--dist loadgroup` and without."""
    path, _, name = item.location
    return f"{path}::{name}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A machine without servers or browser skips what needs them and says so; CI fails instead."""
    if missing := what_is_missing(item):
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"needs {missing}")


def make_user(email: str, **fields: object) -> User:
    user = User.objects.create_user(email, "correct horse battery", **{"time_zone": "UTC", **fields})
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def learner(db: None) -> User:
    """A learner without access."""
    return make_user("learner@example.org", name="Ada Lindqvist, MD", profession=Profession.PHYSICIAN)


@pytest.fixture
def learner_with_access(db: None) -> User:
    user = make_user(
        "paid@example.org", name="Rosa Marín, MD", profession=Profession.PHYSICIAN, time_zone="America/New_York"
    )
    grant_access(user=user, source="test", reference="paid")
    return user


@pytest.fixture
def other_learner(db: None) -> User:
    """Another learner, with access, whose things are nobody else's."""
    user = make_user("other@example.org", name="Björn Ó Súilleabháin", profession=Profession.TECHNOLOGIST)
    grant_access(user=user, source="test", reference="other")
    return user


@pytest.fixture
def author(db: None) -> User:
    user = make_user("author@example.org", name="Author")
    user.groups.add(Group.objects.get(name="Authors"))
    return user


@pytest.fixture
def support(db: None) -> User:
    """Somebody of the staff who answers people, and writes nothing."""
    user = make_user("support@example.org", name="Sam Support")
    user.groups.add(Group.objects.get(name="Support"))
    return user


@pytest.fixture
def admin(db: None) -> User:
    return make_user("admin@example.org", name="Administrator", is_superuser=True)


@pytest.fixture
def client_for(db: None):
    """A browser signed in as the given person."""

    def sign_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            # As somebody who signs in now: their sessions may have been ended since the row was read.
            user.refresh_from_db(fields=["sessions_ended"])
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
