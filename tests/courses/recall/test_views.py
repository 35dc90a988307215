"""The pages of recall: what is asked, what is told when, and how much is due."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessGrant
from courses.assessment.scoring import get_right_answer
from courses.models import Attempt, AttemptQuestion, Question, RecallAnswer, RecallCard
from courses.recall.forecast import draw_forecast
from courses.recall.queries import ask, get_today
from courses.recall.services import collect_missed
from tests.course_fixtures import RATIONALES, start

pytestmark = pytest.mark.django_db

RECALL = "/learn/recall/"


def today_of(user):
    return get_today(user, timezone.now())


@pytest.fixture
def put(learner_with_access, explained_at_once):
    """Questions into recall, due after so many days."""

    def put(*days: int) -> list[RecallCard]:
        today = today_of(learner_with_access)
        for number, wait in enumerate(days, start=1):
            question = Question.objects.get(key=f"chest-film-{number}")
            collect_missed(user=learner_with_access, ratings=[(question.pk, 1)], day=today - timedelta(days=9))
            RecallCard.objects.filter(question=question).update(due_on=today + timedelta(days=wait))
        return list(RecallCard.objects.order_by("question__key"))

    return put


@pytest.fixture
def visitor(client_for, learner_with_access):
    return client_for(learner_with_access)


def fields(card: RecallCard, choice: int, **more):
    return {"card": card.pk, "number": 1, "revision": card.question.live_revision_id, "choice": choice, **more}


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_empty_page_says_how_questions_get_here(visitor):
    page = text_of(visitor.get(RECALL))
    assert "Nothing is in Recall yet." in page
    assert "what you answered wrongly in a post-test, once you have passed it," in page
    assert "The next 14 days" not in page


def test_question_is_asked_answered_and_told(visitor, put):
    first, _second, _third = put(-1, 0, 1)
    page = visitor.get(RECALL)
    assert "2 questions today, about 2 minutes." in text_of(page)
    assert "Which edge belongs to case 1?" in text_of(page)
    assert "0 of 2 done" in text_of(page)
    assert not [words for words in [*RATIONALES, "Atlas"] if words in page.content.decode()]

    right = get_right_answer(ask(first))
    response = visitor.post(RECALL, fields(first, right, unsure="1"))
    kept = RecallAnswer.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/learn/recall/{kept.pk}/")
    assert (kept.is_right, kept.is_unsure, kept.rating) == (True, True, 2)
    told = text_of(visitor.get(response["Location"]))
    for words in (
        "Rationale C of case 1.",
        "Atlas, page 2.",
        "Second look",
        "1 of 2 done",
        "Next question",
        "not sure",
    ):
        assert words in told

    assert visitor.post(RECALL, fields(first, 0))["Location"] == response["Location"]
    assert RecallAnswer.objects.get() == kept


def test_nothing_due_says_when_and_draws_the_forecast(visitor, put, learner_with_access):
    put(2, 2, 13)
    response = visitor.get(RECALL)
    day = today_of(learner_with_access) + timedelta(days=2)
    assert "Nothing is due today." in text_of(response)
    assert f"The next questions come on {day:%A}, {day.day} {day:%B}." in text_of(response)
    assert [(bar.count, bar.height) for bar in response.context["bars"] if bar.count] == [(2, 90), (1, 45)]
    assert f"{day:%A}, {day.day} {day:%B} 2 questions" in text_of(response)


def test_share_of_a_day_ends_and_more_may_be_had(visitor, put, monkeypatch):
    first, second = put(0, 0)
    monkeypatch.setattr("courses.recall.queries.DAILY", 1)
    response = visitor.post(RECALL, fields(first, 0))
    assert "To the end of today" in text_of(visitor.get(response["Location"]))
    page = visitor.get(RECALL)
    assert "s questions are done." in text_of(page)
    assert 'name="card"' not in page.content.decode()
    assert f'name="card" value="{second.pk}"' in visitor.get(f"{RECALL}?more=1").content.decode()
    response = visitor.post(RECALL, fields(second, 0, more="1"))
    assert response["Location"].endswith("/?more=1")


@pytest.mark.parametrize("changes", [{"number": 2}, {"card": 99999}, {"choice": 9}, {"revision": 99999}, {"card": "x"}])
def test_what_does_not_fit_changes_nothing(visitor, put, changes):
    [card] = put(0)
    response = visitor.post(RECALL, fields(card, 0) | changes)
    assert response.status_code == 409
    assert 'class="flash error"' in response.content.decode()
    assert not RecallAnswer.objects.exists()
    assert RecallCard.objects.values_list("reviews", "due_on").get() == (0, card.due_on)


def test_who_chooses_nothing_is_asked_to_choose(visitor, put):
    [card] = put(0)
    for given in ({"choice": ""}, {}):
        response = visitor.post(RECALL, {**fields(card, 0), "choice": "", **given})
        assert response.status_code == 409
        assert "Choose an answer." in text_of(response)


def test_without_access_the_page_says_so(visitor, put):
    [card] = put(0)
    AccessGrant.objects.all().delete()
    page = text_of(visitor.get(RECALL))
    assert "1 question of yours is closed without access. When it comes next stays kept." in page
    assert "Which edge" not in page
    assert visitor.post(RECALL, fields(card, 0)).status_code == 409
    assert not RecallAnswer.objects.exists()


def test_queries_are_the_same_for_one_and_three(visitor, put):
    counts = []
    for days in ([0], [0, 0, 0]):
        put(*days)
        for url in (RECALL, "/learn/"):
            with CaptureQueriesContext(connection) as captured:
                visitor.get(url)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_learn_says_how_many(visitor, put):
    assert "Recall" in text_of(visitor.get("/learn/"))
    put(0, 0, 3)
    assert "2 questions to recall today" in text_of(visitor.get("/learn/"))


def test_unsure_is_kept_with_the_answer_of_a_test(visitor, learner_with_access, course):
    attempt = start(learner_with_access, course)
    address = f"/courses/chest-film/post-test/{attempt.pk}/1/"

    def kept() -> tuple:
        return AttemptQuestion.objects.values_list("answer", "is_unsure").get(attempt=attempt, position=1)

    for given, expected in [
        ({"unsure": "1"}, (None, True)),
        ({"choice": 2, "unsure": "1"}, (2, True)),
        ({"choice": 3}, (3, False)),
        ({"unsure": "1"}, (3, True)),
    ]:
        assert visitor.post(address, given).status_code == 302
        assert kept() == expected
    assert 'name="unsure" value="1" checked' in visitor.get(address[:-2] + "?q=1").content.decode()
    assert Attempt.objects.get().is_open


def test_bars_stand_in_proportion():
    today = timezone.now().date()
    bars = draw_forecast([(today, 0), (today, 300), (today, 1), (today, 150)])
    assert [(bar.height, bar.x, bar.is_today) for bar in bars] == [
        *((0, 4, True), (90, 26, False), (3, 48, False), (45, 70, False))
    ]


@pytest.mark.parametrize("rest", ["", "17/", "?more=1"])
def test_address_before_leads_to_recall(client, rest):
    response = client.get(f"/learn/review/{rest}")
    assert (response.status_code, response["Location"]) == (301, f"/learn/recall/{rest}")
