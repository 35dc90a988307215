"""What two people do at the same moment, on PostgreSQL with real threads."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import AccessGrant, User
from accounts.services import grant_access
from cme.models import Certificate, Claim
from courses.models import Completion
from escan.models import SupportRequest
from escan.support.errors import RequestOver
from escan.support.services import requests
from tests.cme.conftest import claim_as, complete
from tests.conftest import make_user

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each returned or raised; all begin together, each with a connection of its own."""
    start = threading.Barrier(len(calls))
    answers: list[object] = [None] * len(calls)

    def run(number: int, call: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[number] = call()
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.fixture
def pair(transactional_db) -> tuple[User, User]:
    first = make_user("first@example.org", name="Rosa Marín, MD", profession="physician")
    second = make_user("second@example.org", name="Rosa Marín, MD", profession="physician")
    for person in (first, second):
        grant_access(user=person, source="staff", reference=person.email)
    return first, second


def ask(first: User, second: User) -> list[str]:
    by = make_user("staff@example.org")
    asked = requests.ask_for_merge(user=first, other=second, because="Twice", by=by)
    return list(asked.proofs.order_by("pk").values_list("token", flat=True))


def test_both_owners_say_yes_at_the_same_moment(pair):
    first, second = pair
    one, two = ask(first, second)
    answers = at_once(*[lambda token=token: requests.prove(token=token) for token in (one, two, one, two)])
    assert {type(answer) for answer in answers} <= {SupportRequest, RequestOver}
    assert SupportRequest.objects.get().done_at
    assert AccessGrant.objects.filter(user=first).count() == 2
    assert not User.objects.filter(email="second@example.org").exists()


def test_yes_and_no_at_the_same_moment_merge_wholly_or_not_at_all(pair):
    first, second = pair
    one, two = ask(first, second)
    requests.prove(token=one)
    at_once(lambda: requests.prove(token=two), lambda: requests.stop(token=one))
    asked = SupportRequest.objects.get()
    is_merged = not User.objects.filter(email="second@example.org").exists()
    assert (asked.done_at is not None, asked.ended_at is not None) == (is_merged, not is_merged)
    assert AccessGrant.objects.filter(user=first).count() == (2 if is_merged else 1)


@pytest.mark.parametrize("who", ["first", "second", "both"])
def test_credit_claimed_while_the_accounts_merge_counts_once(pair, make_activity, who):
    first, second = pair
    course = make_activity().course
    for person in pair:
        complete(person, course)
    one, two = ask(first, second)
    requests.prove(token=one)
    claiming = {"first": [first], "second": [second], "both": [first, second]}[who]
    claims = [lambda person=person: claim_as(User.objects.get(pk=person.pk), course) for person in claiming]
    answers = at_once(lambda: requests.prove(token=two), *claims)
    assert isinstance(answers[0], SupportRequest), answers
    assert Claim.objects.filter(user=first).count() <= 1
    standing = Certificate.objects.standing()
    assert standing.exclude(claim__user=first).count() == 0 and standing.count() <= 1
    assert all(claim.completion.user_id == claim.user_id for claim in Claim.objects.select_related("completion"))
    assert Completion.objects.filter(user=first).count() == 1
