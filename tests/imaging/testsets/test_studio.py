"""What teachers see of test sets: counts for all, names by consent, and files of the same."""

import re

import pytest

from accounts.services import grant_access
from imaging import models
from imaging.testsets import services
from tests.conftest import make_user
from tests.imaging.testsets.conftest import begin, lock_all


@pytest.fixture
def desk(client_for, author):
    return client_for(author)


@pytest.fixture
def readers(test_set):
    """Hand in: the first with every case wrong, the others with all right."""

    def hand_in(count: int) -> list:
        people = []
        for number in range(count):
            user = make_user(f"reader{number}@example.org", name=f"Reader {number}")
            grant_access(user=user, source="test", reference=str(number))
            attempt = begin(user, test_set)
            lock_all(attempt, wrong=0 if number else 4)
            services.hand_in(attempt=attempt)
            people.append(user)
        return people

    return hand_in


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def export(desk, path: str, form: str = "csv"):
    answer = desk.get(f"/studio/test-sets/{path}?export={form}")
    content = b"".join(answer.streaming_content)
    return content.decode("utf-8-sig") if form == "csv" else content


def test_sets_are_listed_with_counts(desk, test_set, readers):
    first, _second = readers(2)
    services.give_consent(user=first, test_set=test_set)
    shown = text(desk.get("/studio/test-sets/"))
    assert re.search(r"Four cases .*? breast-calcifications 4 2 2 1 1", shown)
    assert "calcifications,Four cases,breast-calcifications,4,2,2,1,1" in export(desk, "")


def test_cases_show_results_from_five_readers_alone(desk, readers):
    readers(4)
    few = export(desk, "cases/").splitlines()
    assert len(few) == 5
    assert all(re.fullmatch(r"Four cases,1,\d,Study \d+,(suspicious|benign|normal),4,,,True", row) for row in few[1:])
    assert "Of fewer than 5 readers of a case only their number is told." in text(desk.get("/studio/test-sets/cases/"))


def test_cases_of_five_readers(desk, readers):
    readers(5)
    rows = export(desk, "cases/").splitlines()[1:]
    found = [row.split(",")[4:8] for row in rows]
    assert found == [
        ["suspicious", "5", "4", "80"],
        ["suspicious", "5", "4", "80"],
        ["benign", "5", "1", "80"],
        ["normal", "5", "1", "80"],
    ]


def test_readers_are_named_by_their_consent_alone(desk, test_set, readers):
    first, second = readers(2)
    shown = text(desk.get("/studio/test-sets/readers/"))
    assert "2 attempts that were handed in are not shown" in shown
    assert "Reader" not in export(desk, "readers/").split("\n", 1)[1]
    services.give_consent(user=second, test_set=test_set)
    listed = text(desk.get("/studio/test-sets/readers/"))
    assert re.search(r"Reader 1 Four cases 1 .*? 2/2 2/2 Yes", listed)
    assert "Reader 0" not in listed
    file = export(desk, "readers/")
    assert "Reader 1,reader1@example.org,Four cases,1," in file
    assert export(desk, "readers/", "xlsx")[:2] == b"PK"
    services.take_back_consent(user=second, test_set=test_set)
    assert "reader1@example.org" not in export(desk, "readers/")
    assert first.email not in file


def test_staff_have_the_first_edition_made(desk, test_set):
    told = text(desk.post(f"/studio/test-sets/{test_set.pk}/prepare/", follow=True))
    assert "4 cases are ordered." in told
    assert models.SetCase.objects.count() == 4
    assert "0 cases are ordered." in text(desk.post(f"/studio/test-sets/{test_set.pk}/prepare/", follow=True))


@pytest.mark.parametrize("path", ["", "cases/", "readers/"])
def test_lists_ask_the_same_few_questions(desk, test_set, readers, path, django_assert_num_queries):
    people = readers(1)
    services.give_consent(user=people[0], test_set=test_set)
    desk.get(f"/studio/test-sets/{path}")
    with django_assert_num_queries(8, exact=False) as few:
        desk.get(f"/studio/test-sets/{path}results/")
    for number in range(1, 3):
        user = make_user(f"more{number}@example.org")
        grant_access(user=user, source="test", reference=f"more{number}")
        attempt = begin(user, test_set)
        lock_all(attempt)
        services.hand_in(attempt=attempt)
        services.give_consent(user=user, test_set=test_set)
    with django_assert_num_queries(len(few)):
        desk.get(f"/studio/test-sets/{path}results/")


def test_lists_say_on_a_phone_what_they_count(desk, test_set, readers):
    (reader,) = readers(1)
    services.give_consent(user=reader, test_set=test_set)
    assert '<td data-label="Passed">' in desk.get("/studio/test-sets/").content.decode()
    shown = desk.get("/studio/test-sets/readers/").content.decode()
    assert '<td data-label="Sensitivity">0/2</td>' in shown
    assert "not shown" not in text(desk.get("/studio/test-sets/readers/"))
