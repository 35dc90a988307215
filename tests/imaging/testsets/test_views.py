"""The pages of test sets: from the rule to the result, and nothing true before it."""

import re

import pytest
from django.test import Client

from imaging import models
from imaging.studies.services import withdraw_study
from tests.imaging.conftest import REASON
from tests.imaging.reading.test_views import ALWAYS, TRUTH, responses_before_the_lock
from tests.imaging.testsets.conftest import lock_all, make_images

PAGE = "/test-sets/calcifications/"


@pytest.fixture
def client(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def begin(client: Client) -> models.SetAttempt:
    client.post(f"{PAGE}begin/")
    make_images()
    client.post(f"{PAGE}begin/")
    return models.SetAttempt.objects.get()


def test_page_states_the_rule_and_what_it_is_not(test_set):
    shown = text(Client().get(PAGE))
    assert "You pass with a sensitivity of 75 percent or more and a specificity of 75 percent or more" in shown
    assert "passing is no measure of clinical skill" in shown
    assert "Four cases" in text(Client().get("/test-sets/"))
    assert Client().get("/test-sets/nothing/").status_code == 404


def test_cases_are_made_with_progress_and_then_the_set_begins(client, test_set):
    assert "Make my cases" in text(client.get(PAGE))
    made = client.post(f"{PAGE}begin/", follow=True)
    assert "Your cases are being made: 0 of 4." in text(made)
    assert 'hx-get="/test-sets/calcifications/progress/"' in made.content.decode()
    make_images()
    ready = client.get(f"{PAGE}progress/")
    assert "Begin the test set" in text(ready)
    assert "hx-get" not in ready.content.decode()
    read = client.post(f"{PAGE}begin/", follow=True)
    assert "told what is there when the whole set is handed in" in text(read)


def test_from_the_first_case_to_the_result(client, test_set):
    attempt = begin(client)
    readings = list(attempt.readings.order_by("pk"))
    for number, reading in enumerate(readings):
        following = client.get(f"{attempt.get_absolute_url()}next/")
        assert following["Location"] == reading.get_absolute_url()
        answered = {"category": "4B", "recall": "yes", "lock": "1"}
        client.post(f"{reading.get_absolute_url()}answer/", answered)
        assert "when the whole set is handed in" in text(client.get(f"{reading.get_absolute_url()}lock/"))
        locked = client.post(f"{reading.get_absolute_url()}lock/")
        assert (locked.status_code, locked["Location"]) == (303, attempt.next_url)
        kept = text(client.get(reading.get_absolute_url()))
        assert "This case is locked" in kept
        assert REASON not in kept
        assert f"{number + 1} of 4 cases are locked." in text(client.get(attempt.get_absolute_url()))
    assert client.get(attempt.next_url)["Location"] == attempt.get_absolute_url()
    result = text(client.post(f"{attempt.get_absolute_url()}hand-in/", follow=True))
    assert "Not passed" in result
    assert re.search("Sensitivity Recalled, of the cases that warrant recall. 100 .*? 2 of 2", result)
    assert re.search("Specificity Not recalled.*? 0 .*? 0 of 2", result)
    assert REASON in text(client.get(readings[0].get_absolute_url()))
    assert "Back to the result" in text(client.get(readings[0].get_absolute_url()))
    assert "Begin another attempt" in text(client.get(PAGE)) or "Make my cases" in text(client.get(PAGE))


def test_no_answer_before_the_set_is_handed_in_holds_a_truth(client, test_set):
    """Of a reading that is not locked, of those that are, and of every page around them."""
    attempt = begin(client)
    readings = list(attempt.readings.order_by("pk"))
    found: list[tuple[str, str]] = []

    def scan(responses) -> None:
        for response in responses:
            assert response.status_code < 500
            shown = ALWAYS.sub("", response.content.decode()) + str(response.headers)
            # What the set's own pages say of every set, whatever the case.
            shown = re.sub(r"of all others, benign and normal ones", "", shown)
            found.extend((response.request["PATH_INFO"], match[0]) for match in TRUTH.finditer(shown))

    for reading in readings:
        scan(responses_before_the_lock(client, reading.get_absolute_url()))
        assert models.Reading.objects.get(pk=reading.pk).truth is None
    lock_all(attempt)
    own = [attempt.get_absolute_url(), PAGE, f"{PAGE}progress/", *(each.get_absolute_url() for each in readings)]
    scan(client.get(address) for address in own)
    for reading in readings:
        address = reading.get_absolute_url()
        scan(client.get(f"{address}{part}") for part in ("marks/", "views/lmlo/", "lock/"))
        scan([client.post(f"{address}lock/", follow=True), client.post(f"{address}answer/", {"category": "1"})])
    told = [each for each in found if not each[0].startswith(("/practice/performance/", "/practice/next/"))]
    assert [each for each in told if each[0] != "/practice/"] == []
    assert "Nothing yet" in text(client.get("/practice/performance/"))
    recent = client.get("/practice/").content.decode()
    assert "recall right" not in recent
    assert "recall not right" not in recent


def test_pages_of_locked_cases_are_the_same_whatever_was_true(client, test_set):
    attempt = begin(client)
    for reading in attempt.readings.all():
        client.post(f"{reading.get_absolute_url()}answer/", {"category": "4B", "recall": "yes"})
        client.post(f"{reading.get_absolute_url()}lock/")
    client.get(attempt.get_absolute_url())  # which says that the answers are kept
    pages = {
        re.sub(
            r'(value|data-token)="[A-Za-z0-9]{64}"', "", client.get(each.get_absolute_url()).content.decode()
        ).replace(each.key, "key")
        for each in attempt.readings.all()
    }
    assert len(pages) == 1


def test_leaving_and_coming_back_on_another_device_loses_nothing(client, client_for, learner_with_access, test_set):
    attempt = begin(client)
    first = attempt.readings.order_by("pk").first()
    client.post(f"{first.get_absolute_url()}answer/", {"category": "3", "recall": "no"})
    other = client_for(learner_with_access)
    assert "Go on with my attempt" in text(other.get(PAGE))
    assert other.post(f"{PAGE}begin/", follow=True).request["PATH_INFO"] == first.get_absolute_url()
    assert models.SetAttempt.objects.count() == 1
    assert "Case 1 begun" in text(other.get(attempt.get_absolute_url()))


def test_study_that_is_withdrawn_in_mid_set_is_told(client, test_set, admin):
    attempt = begin(client)
    gone = attempt.readings.order_by("pk").first()
    withdraw_study(study_id=gone.study_id, because="The key is wrong.", by=admin)
    page = client.get(gone.get_absolute_url())
    assert "This study was withdrawn while you were reading it." in text(page)
    assert "Next case" in text(page)
    assert "1 case was withdrawn meanwhile. It counts neither for you nor against you" in text(
        client.get(attempt.get_absolute_url())
    )
    assert client.get(attempt.next_url)["Location"] != gone.get_absolute_url()
    lock_all(attempt)
    assert "1 case is left out" in text(client.post(f"{attempt.get_absolute_url()}hand-in/", follow=True))


def test_handing_in_early_or_twice_is_refused_with_the_reason(client, test_set):
    attempt = begin(client)
    assert "4 cases are not locked yet." in text(client.post(f"{attempt.get_absolute_url()}hand-in/", follow=True))
    lock_all(attempt)
    client.post(f"{attempt.get_absolute_url()}hand-in/")
    again = client.post(f"{attempt.get_absolute_url()}hand-in/", follow=True)
    assert "This attempt was handed in already; its result stands." in text(again)


def test_attempt_of_another_is_not_there(client, client_for, other_learner, test_set):
    attempt = begin(client)
    for part in ("", "next/"):
        assert client_for(other_learner).get(f"{attempt.get_absolute_url()}{part}").status_code == 404
    assert client_for(other_learner).post(f"{attempt.get_absolute_url()}hand-in/").status_code == 404
    assert Client().get(attempt.get_absolute_url()).status_code == 302


def test_who_lost_access_keeps_the_attempt(client, learner_with_access, test_set):
    attempt = begin(client)
    learner_with_access.access_grants.update(revoked_at="2026-01-01T00:00Z")
    closed = client.get(attempt.get_absolute_url())
    assert (closed.status_code, "What you began is kept as it is, and waits." in text(closed)) == (403, True)
    assert client.post(f"{attempt.get_absolute_url()}hand-in/").status_code == 403
    assert "open with access to the courses" in text(client.post(f"{PAGE}begin/", follow=True))


def test_consent_is_given_and_taken_back_on_the_page(client, test_set):
    assert "You alone." in text(client.get(PAGE))
    client.post(f"{PAGE}consent/", {"give": "1"})
    assert "because you allowed it" in text(client.get(PAGE))
    client.post(f"{PAGE}consent/", {"take_back": "1"})
    assert not models.SetConsent.objects.exists()


@pytest.mark.parametrize("attempts", [1, 3])
def test_pages_ask_the_same_few_questions(client, test_set, attempts, django_assert_num_queries):
    for _ in range(attempts):
        client.post(f"{PAGE}begin/")
        make_images()
        client.post(f"{PAGE}begin/")
        attempt = models.SetAttempt.objects.latest("pk")
        lock_all(attempt)
        last = attempt.get_absolute_url()
        client.get(last)
        with django_assert_num_queries(4):
            client.get(last)
        client.post(f"{last}hand-in/")
    with django_assert_num_queries(3):
        client.get(last)
    with django_assert_num_queries(7):
        client.get(PAGE)
