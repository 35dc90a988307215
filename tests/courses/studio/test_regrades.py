"""The studio's screen of a question whose key was wrong."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.assessment.queries.regrades import preview_regrade, was_marked_otherwise
from courses.models import Question, Regrade
from courses.studio.regrades import offer_to_mark_again
from tests.courses.assessment.services.test_regrades import mend_key, take


@pytest.fixture
def question(course, learner_with_access) -> Question:
    question = Question.objects.get(key="chest-film-1")
    take(learner_with_access, course, question, "A", others_right=2)
    return question


def test_preview_says_what_would_change_and_the_press_does_it(
    client_for, author, question, django_capture_on_commit_callbacks
):
    visitor, address = client_for(author), f"/studio/questions/{question.pk}/regrade/"
    assert "Every attempt was marked by the key that is published." in visitor.get(address).content.decode()
    mend_key(question)
    page = " ".join(visitor.get(address).content.decode().split())
    assert "1 attempt that was handed in was marked by another key." in page
    assert "1 learner passes now, is told by mail" in page
    answer = visitor.post(address, {"because": ""})
    assert (answer.status_code, Regrade.objects.exists()) == (422, False)
    with django_capture_on_commit_callbacks(execute=True):
        assert visitor.post(address, {"because": "The key was C."}).status_code == 302
    page = " ".join(visitor.get(address).content.decode().split())
    assert "Every attempt was marked by the key that is published." in page
    assert "1 of 1 attempts." in page
    assert "1 learner passed by it." in page
    assert "The key was C." in page
    visitor.post(address, {"because": "Once more."})
    assert Regrade.objects.count() == 1


def test_state_asks_again_while_it_is_under_way(client_for, author, question):
    mend_key(question)
    visitor, address = client_for(author), f"/studio/questions/{question.pk}/regrade/"
    visitor.post(address, {"because": "The key was C."})  # its task waits for a commit that no test makes
    answer = visitor.get(f"{address}state/")
    assert ('hx-trigger="every 1s"' in answer.content.decode(), "HX-Refresh" in answer) == (True, False)
    assert "Mark them again" not in visitor.get(address).content.decode()
    Regrade.objects.update(state="done")
    assert visitor.get(f"{address}state/")["HX-Refresh"] == "true"


def test_whoever_publishes_another_key_is_led_there(client_for, author, question):
    question.choices.all()
    visitor = client_for(author)
    edit = f"/studio/snippets/courses/question/edit/{question.pk}/"
    rows = list(question.choices.all())
    sent = {
        "kind": question.kind,
        "use": question.use,
        "stem": '{"blocks":[{"key":"a","text":"Which edge belongs to case 1?","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[],"data":{}}],"entityMap":{}}',
        "tolerance": "0",
        "course": question.course_id,
        "lesson": question.lesson_id,
        "key": question.key,
        "rationale": "",
        "references": question.references,
        "choices-TOTAL_FORMS": 4,
        "choices-INITIAL_FORMS": 4,
        "choices-MIN_NUM_FORMS": 0,
        "choices-MAX_NUM_FORMS": 1000,
        "regions-TOTAL_FORMS": 0,
        "regions-INITIAL_FORMS": 0,
        "regions-MIN_NUM_FORMS": 0,
        "regions-MAX_NUM_FORMS": 1000,
        "action-publish": "1",
    }
    for place, row in enumerate(rows):
        sent |= {
            f"choices-{place}-id": row.pk,
            f"choices-{place}-ORDER": place + 1,
            f"choices-{place}-text": row.text,
            f"choices-{place}-rationale": row.rationale,
        }
    sent["choices-0-is_correct"] = "on"
    answer = visitor.post(edit, {name: "" if value is None else value for name, value in sent.items()}, follow=True)
    page = " ".join(answer.content.decode().split())
    assert "Attempts were asked this question with another key." in page
    assert f"/studio/questions/{question.pk}/regrade/" in page


@pytest.mark.parametrize(
    ("letter", "is_told", "asked_of_attempts"),
    [
        ("B", True, 1),
        # The key of the version before.
        ("A", False, 0),
    ],
)
def test_publishing_looks_at_attempts_only_for_another_key(rf, question, letter, is_told, asked_of_attempts):
    mend_key(question, "A")
    row = mend_key(Question.objects.get(pk=question.pk), letter, references="Another atlas.")
    request = rf.post("/")
    request._messages = CookieStorage(request)  # Django's own place for them
    with CaptureQueriesContext(
        connection,
    ) as asked:
        offer_to_mark_again(request, row)
    assert bool(list(get_messages(request))) is is_told
    assert sum("courses_attemptquestion" in query["sql"] for query in asked) == asked_of_attempts


def test_first_publishing_has_no_version_before(course):
    assert was_marked_otherwise(Question.objects.get(key="chest-film-2")) is False


def test_preview_reads_of_attempts_what_it_needs(question):
    mend_key(question)
    with CaptureQueriesContext(connection) as asked:
        preview_regrade(Question.objects.get(pk=question.pk))
    [sql] = [query["sql"] for query in asked if '"courses_attemptquestion"."content"' in query["sql"]]
    assert "accounts_user" not in sql and '"seen"' not in sql and '"passing_score"' not in sql
