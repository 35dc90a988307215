"""The page of practice, ten studies in a row, and strangers. What a page tells before the lock is scanned, too."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from imaging.models import Reading, Run, Study
from imaging.practice.models import LENGTH
from tests.html import words
from tests.imaging.practice.conftest import WORDS, read

NEXT = "/practice/next/"


@pytest.fixture
def client(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)


def text(client: Client, address: str) -> str:
    return words(BeautifulSoup(client.get(address).content, "html.parser").find("main"))


def lock(client: Client, address: str) -> str:
    client.post(f"{address}answer/", {"category": "1", "recall": "no"})
    page = client.post(f"{address}lock/", follow=True)
    return words(BeautifulSoup(page.content, "html.parser").find("main"))


def test_ten_studies_with_progress_and_an_end(client, make_skill):
    for number in range(12):
        make_skill(*[("suspicious", *WORDS), ("normal",), ("benign", "rod-like", "diffuse")][number % 3])
    assert "Read ten studies" in text(client, "/practice/")
    address = client.post(NEXT, {"aim": "rods-and-lines"})["Location"]
    told = ""
    for number in range(1, LENGTH + 1):
        assert f"{number} of 10" in text(client, address)
        assert f"Go on with my study: {number} of 10" in text(client, "/practice/")
        told = lock(client, address)
        if number < LENGTH:
            assert "Next study" in told
            assert f"Next study: {number + 1} of 10" in text(client, "/practice/")
            address = client.post(NEXT)["Location"]
    assert "How these studies went" in told
    assert "Next study" not in told
    run = Run.objects.get()
    page = text(client, run.get_absolute_url())
    missed = Reading.objects.filter(truth__recall=True).count()
    assert f"You read {LENGTH - missed} of 10 studies right. You practise: Large rod-like or fine linear." in page
    assert page.count("Fine linear or branching, segmental Not right") == missed
    assert "Rods are smooth, continuous and mostly 0.5 mm or wider" in page
    assert ("To look at again" in page) is bool(missed)
    again = client.post(NEXT, {"aim": run.aim})
    assert Run.objects.get(ended_at=None).aim == "rods-and-lines"
    assert "1 of 10" in text(client, again["Location"])


def test_run_is_kept_over_devices_and_can_be_ended(client, client_for, learner_with_access, make_skill):
    for _ in range(3):
        make_skill("normal")
    address = client.post(NEXT, {"aim": "amorphous"})["Location"]
    lock(client, address)
    other = client_for(learner_with_access)
    page = text(other, "/practice/")
    assert "Next study: 2 of 10" in page
    assert "You practise: Amorphous, among others." in page
    run = Run.objects.get()
    assert "You read 1 of 1 study right." in text(other, run.get_absolute_url())
    ended = other.post(f"{run.get_absolute_url()}end/", follow=True)
    assert "How these studies went" in ended.content.decode()
    assert other.post(f"{run.get_absolute_url()}end/").status_code == 303
    assert "Read ten studies" in text(client, "/practice/")


def test_page_says_what_else_comes_with_what_is_practised(client, study):
    page = text(client, "/practice/")
    assert "each study is suspicious, typically benign or normal with the same chance" in page
    groups = BeautifulSoup(client.get("/practice/").content, "html.parser").select("select optgroup")
    assert [(group["label"], len(group.select("option"))) for group in groups] == [
        ("Taken for each other", 7),
        ("Suspicious forms", 4),
        ("Typically benign forms", 9),
    ]


@pytest.mark.parametrize("aim", ["malignant", "a" * 300])
def test_aim_that_is_none_changes_nothing(client, study, aim):
    refused = client.post(NEXT, {"aim": aim}, follow=True)
    assert "This cannot be practised by itself" in refused.content.decode()
    assert (Run.objects.count(), Reading.objects.count()) == (0, 0)


def test_run_of_another_is_not_there(client, client_for, other_learner, study):
    client.post(NEXT, {"aim": ""})
    run = Run.objects.get()
    other = client_for(other_learner)
    assert other.get(run.get_absolute_url()).status_code == 404
    assert other.post(f"{run.get_absolute_url()}end/").status_code == 404
    assert Client().get(run.get_absolute_url()).status_code == 302
    run.refresh_from_db()
    assert run.is_open


def test_page_of_a_run_tells_nothing_of_what_is_not_locked(client, study):
    client.post(NEXT, {"aim": "amorphous"})
    run = Run.objects.get()
    page = text(client, run.get_absolute_url())
    assert "You have locked none of them yet." in page
    assert not re.search("linear|segmental|suspicious|benign|normal", page, re.IGNORECASE)


def test_pages_of_practice_are_the_same_whatever_study_was_begun(client, make_skill):
    pages = set()
    for skill in (("suspicious", *WORDS), ("benign", "rim", "grouped"), ("normal",)):
        Run.objects.all().delete()
        Reading.objects.all().delete()
        study = make_skill(*skill)
        Study.objects.exclude(pk=study.pk).update(purpose="course")
        client.post(NEXT, {"aim": "amorphous"})
        page = client.get("/practice/").content.decode()
        pages.add(re.sub(r'value="\w{64}"|/practice/runs/\w+/', "", page))
    assert len(pages) == 1


def test_withdrawn_study_of_a_run_counts_no_more(client, make_skill, learner_with_access, admin):
    make_skill("normal")
    lock(client, client.post(NEXT, {"aim": ""})["Location"])
    Study.objects.update(withdrawn_at="2026-01-01T00:00Z", withdrawn_because="The key is wrong.")
    page = text(client, Run.objects.get().get_absolute_url())
    assert "You read 0 of 0 studies right." in page
    assert "withdrawn since" in page


# --- First run, strangers -----------------------------------------------------------------------------


def test_page_says_how_far_the_making_is(client, db):
    assert "none is being made" in text(client, "/practice/")
    Study.objects.bulk_create(Study(seed=number, recipe={}) for number in range(4))
    page = text(client, "/practice/")
    assert "The first studies are being made. Come back in a minute." in page
    assert "0 of 4 studies are made; a program draws the rest now." in page
    Study.objects.update(status="failed")
    page = text(client, "/practice/")
    assert "none is being made" in page
    assert "draws the rest" not in page


def test_stranger_is_offered_access_and_an_account_after_the_open_studies(open_studies, study):
    stranger = Client()
    for number in range(len(open_studies)):
        page = text(stranger, "/practice/")
        assert "3 studies are open to everybody" in page
        assert "What to practise" not in page
        assert "Create an account" not in page, number
        lock(stranger, stranger.post(NEXT)["Location"])
    page = text(stranger, "/practice/")
    assert "You have read the studies that are open to everybody." in page
    assert "Create an account" in page
    assert "With access the next study is chosen by what you need" in page
    assert Run.objects.count() == 0


def test_aim_of_a_stranger_or_without_access_begins_no_run(client_for, learner, open_studies):
    for someone in (Client(), client_for(learner)):
        assert someone.post(NEXT, {"aim": "amorphous"})["Location"].startswith("/practice/")
    assert (Run.objects.count(), Reading.objects.count()) == (0, 2)


@pytest.mark.parametrize("readings", [1, 3])
def test_pages_ask_the_same_few_questions(client, make_skill, learner_with_access, readings, django_assert_num_queries):
    client.post(NEXT, {"aim": ""})
    make_skill("normal")
    address = client.post(NEXT, {"aim": ""})["Location"]
    for _ in range(readings):
        read(learner_with_access, make_skill("suspicious", *WORDS))
    with django_assert_num_queries(12):
        client.get("/practice/")
    lock(client, address)
    with django_assert_num_queries(8):
        client.get(Run.objects.get(ended_at=None).get_absolute_url())
