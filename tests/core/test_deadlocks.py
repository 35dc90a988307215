"""An account is deleted while its owner's other tabs still write: one comes first, and neither fails."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.test import Client
from psycopg.errors import DeadlockDetected

from accounts.models import Profession, User
from accounts.services import grant_access
from core.deadlocks import TRIES, again_after_deadlock
from courses.assessment.services import attempts
from courses.models import Attempt
from escan.leaving import delete_person
from tests.conftest import make_user
from tests.course_fixtures import answer_all, block_id, put_video, start

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROUNDS = 5


def member(number: int) -> User:
    user = make_user(f"leaving-{number}@example.org", name="Leaving", profession=Profession.PHYSICIAN)
    grant_access(user=user, source="test", reference=str(number))
    return user


def together(*acts: Callable[[], object]) -> list[Any]:
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_handing_in_while_the_account_is_deleted(course):
    for number in range(ROUNDS):
        user = member(number)
        attempt = start(user, course)
        answer_all(attempt, right=3)

        def hand_in(attempt: Attempt = attempt) -> object:
            try:
                return attempts.submit_attempt(attempt=attempt)
            except (User.DoesNotExist, Attempt.DoesNotExist):
                return "gone"

        handed_in, is_deleted = together(hand_in, partial(delete_person, user_id=user.pk, is_told=False))
        assert is_deleted is True
        assert handed_in == "gone" or Attempt.objects.get(pk=attempt.pk).completion is not None


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_reports_while_the_account_is_deleted(course):
    video = put_video("second-look", seconds=100)
    block = block_id("second-look", 0)
    for number in range(ROUNDS):
        user = member(number)
        tabs = [Client(), Client()]
        for tab in tabs:
            tab.force_login(user, backend=BACKEND)

        def report(tab: Client) -> list[int]:
            fields = {"block": block, "video": video.pk, "runs": "0-5", "position": 5}
            address = "/courses/chest-film/second-look/position/"
            return [tab.post(address, {**fields, "batch": uuid4()}).status_code for _ in range(5)]

        *answers, is_deleted = together(
            *(partial(report, tab) for tab in tabs),
            partial(delete_person, user_id=user.pk, is_told=False),
        )
        assert is_deleted is True
        assert {status for statuses in answers for status in statuses} <= {200, 403}


@pytest.mark.django_db(transaction=True)
def test_only_a_deadlock_is_tried_again_and_not_for_ever():
    tries = []

    def fail(cause: Exception) -> None:
        tries.append(cause)
        raise OperationalError from cause

    for cause, expected in ((DeadlockDetected(), TRIES), (ValueError(), 1)):
        tries.clear()
        with pytest.raises(OperationalError):
            again_after_deadlock(partial(fail, cause))
        assert len(tries) == expected
