"""Before a post-test is passed no answer of the academy gives its key; afterwards every attempt is explained."""

import io
import json
import zipfile

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from courses.assessment.queries.explanations import is_explained
from courses.assessment.scoring import get_right_answer
from courses.assessment.services import attempts
from courses.models import Attempt, Completion, Course, Explain, Lesson, Module, Question, RecallAnswer, RecallCard
from courses.recall.queries import count_due, get_open_cards, get_published_cards, get_recall
from tests.course_fixtures import RATIONALES, answer_all, get_wrong_answer, hand_in, start, write_question
from tests.courses.recall.test_services import give, make_due, today_of
from tests.courses.search.test_finding import find
from tests.escan.people import prove
from tests.html import words

TEST = "/courses/chest-film/post-test/"
RECALL = "/learn/recall/"
# What tells which choice is right, why, or whether an answer was: in the words and the classes of our pages.
VERDICTS = ["st wrong", "opt right", "opt chosen right", "is_correct", "Atlas, page", "Rationale"]


@pytest.fixture
def visitor(client_for, learner_with_access):
    return client_for(learner_with_access)


@pytest.fixture
def failed(learner_with_access, course) -> Attempt:
    return hand_in(learner_with_access, course, right=2)


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def keys_in(text: str) -> list[str]:
    return [secret for secret in [*RATIONALES, *VERDICTS] if secret in text]


def test_result_before_passing_says_what_to_read_again_and_gives_no_key(visitor, failed):
    response = visitor.get(f"{TEST}{failed.pk}/")
    page, text = soup_of(response), response.content.decode()
    assert words(page.select_one(".lede")).startswith("2 of 4 right, 50%. The pass mark is 75%. Read again what is")
    assert [(words(link), link["href"]) for link in page.select(".read-again a")] == [
        ("Second look", "/courses/chest-film/second-look/")
    ]
    assert keys_in(text) == []
    # Neither a question, nor an answer, nor a number of one.
    assert [piece for piece in ("Which edge", "Choice ", "#question-", "question-1") if piece in text] == []
    assert (page.select(".results"), page.select(".by-objective")) == ([], [])


@pytest.fixture
def lessons(course) -> list[Lesson]:
    """One for each of the four questions, as they are drawn below."""
    of = {"module": Module.objects.filter(course=course).first(), "is_required": False, "live": False}
    made = [Lesson(title=f"Lesson {n}", slug=f"lesson-{n}", position=n, **of) for n in range(1, 5)]
    return Lesson.objects.bulk_create(made)


def hand_in_with(user, course, lessons, objectives: list[int], right: str, *, pre_test: bool = False) -> Attempt:
    """Of four questions, each of another lesson, the objectives (0: of none), and "+" for each that is right."""
    course.refresh_from_db()
    attempt = attempts.start_pre_test(user=user, course=course) if pre_test else start(user, course)
    Lesson.objects.filter(pk__in=[lesson.pk for lesson in lessons]).update(live=True)  # nobody has to read them first
    rows = list(attempt.questions.order_by("position"))
    for row, lesson, place, mark in zip(rows, lessons, objectives, right, strict=True):
        Question.objects.filter(pk=row.question_id).update(lesson=lesson)
        row.content["objective"] = {"position": place, "text": f"Objective {place}"} if place else None
        row.save()
        answer = (get_right_answer if mark == "+" else get_wrong_answer)(row.content)
        attempts.save_answer(attempt=attempt, position=row.position, answer=answer)
    return attempts.submit_attempt(attempt=attempt)


def read_advice(visitor, attempt) -> tuple[list[str], str]:
    """The objectives that the body of the result names, and the numbers of the lessons."""
    response = visitor.get(f"{TEST}{attempt.pk}/")
    named = [f"Objective {place}" for place in range(1, 5) if f"Objective {place}" in response.content.decode()]
    return named, "".join(words(link)[-1] for link in soup_of(response).select(".read-again a"))


@pytest.mark.parametrize("right", ["-+++", "+-++", "++-+", "+++-"])
@pytest.mark.parametrize("objectives", [[1, 2, 3, 4], [1, 1, 2, 3], [1, 1, 1, 2], [1, 1, 1, 0]])
def test_result_with_an_objective_of_one_question_is_the_same_whichever_was_missed(
    visitor, learner_with_access, course, lessons, objectives, right
):
    Course.objects.update(passing_score=100)
    attempt = hand_in_with(learner_with_access, course, lessons, objectives, right)
    assert read_advice(visitor, attempt) == ([], "1234")


@pytest.mark.parametrize(
    ("objectives", "right", "named", "read_again"),
    [
        ([1, 1, 2, 2], "++-+", [2], "34"),
        ([1, 1, 2, 2], "+++-", [2], "34"),
        ([1, 1, 2, 2], "-+-+", [1, 2], "1234"),
        ([0, 0, 2, 2], "++-+", [2], "34"),
        ([0, 0, 2, 2], "-+++", [], "12"),
        # With the score the name would say that each of it was missed.
        ([1, 1, 2, 2], "++--", [], "1234"),
        ([1, 1, 2, 2], "--++", [], "1234"),
        ([1, 1, 2, 2], "----", [], "1234"),
    ],
)
def test_result_names_an_objective_of_two_questions_and_not_which_was_missed(
    visitor, learner_with_access, course, lessons, objectives, right, named, read_again
):
    Course.objects.update(passing_score=100)
    attempt = hand_in_with(learner_with_access, course, lessons, objectives, right)
    text = visitor.get(f"{TEST}{attempt.pk}/").content.decode()
    assert read_advice(visitor, attempt) == ([f"Objective {place}" for place in named], read_again)
    assert [piece for piece in ("1 of 2", "2 of 2", "question-", "by-objective") if piece in text] == []


@pytest.mark.parametrize("right", ["-+++", "+++-"])
def test_pre_test_says_of_objectives_what_a_failed_post_test_says(visitor, learner_with_access, course, lessons, right):
    Course.objects.update(pre_test_questions=4)
    user = learner_with_access
    attempt = hand_in_with(user, course, lessons, [1, 2, 3, 4], right, pre_test=True)
    assert read_advice(visitor, attempt) == ([], "")
    assert "3 of 4 right" in visitor.get(f"{TEST}{attempt.pk}/").content.decode()
    for row in attempt.questions.all():
        place = 1 + row.position // 3
        row.content["objective"] = {"position": place, "text": f"Objective {place}"}
        row.save()
    missed = "Objective 1" if right[0] == "-" else "Objective 2"
    assert read_advice(visitor, attempt) == ([missed], "")
    assert soup_of(visitor.get(f"{TEST}{attempt.pk}/")).select(".by-objective") == []
    # Once the post-test is explained, the scores.
    Lesson.objects.filter(pk__in=[lesson.pk for lesson in lessons]).update(live=False)
    hand_in(user, course, right=4)
    scores = [words(row) for row in soup_of(visitor.get(f"{TEST}{attempt.pk}/")).select(".by-objective dd")]
    assert sorted(scores) == ["1 of 2", "2 of 2"]


def test_no_page_gives_the_key_before_passing(visitor, failed, learner_with_access, course):
    """Every address that answers a learner of this course with anything of a test."""
    for card in RecallCard.objects.all():
        make_due(card)
    again = start(learner_with_access, course)
    asked = [
        *("/learn/", RECALL, f"{RECALL}?more=1", TEST, "/courses/chest-film/", "/cme/", "/cme/chest-film/"),
        *("/search/?q=rationale", "/search/?q=which+edge", "/accounts/data/"),
        *(f"{TEST}{failed.pk}/", f"{TEST}{failed.pk}/?q=1", f"{TEST}{again.pk}/", f"{TEST}{again.pk}/?q=2"),
    ]
    for address in asked:
        response = visitor.get(address)
        assert response.status_code in (200, 302, 409), address
        assert keys_in(response.content.decode()) == [], address
    sent = [
        visitor.post(f"{TEST}{again.pk}/1/", {"choice": 0}, headers={"HX-Request": "true"}),
        visitor.post(f"{TEST}{failed.pk}/1/", {"choice": 0}),
        visitor.post(f"{TEST}{failed.pk}/submit/"),
        visitor.post(f"{TEST}{again.pk}/submit/"),
    ]
    assert [keys_in(response.content.decode()) for response in sent] == [[]] * 4


def test_recall_asks_nothing_of_a_test_before_it_is_passed(visitor, failed, learner_with_access, course):
    user = learner_with_access
    assert RecallCard.objects.count() == 2
    for card in RecallCard.objects.all():
        make_due(card, days=3)
    page = words(soup_of(visitor.get(RECALL)).select_one("main"))
    assert "2 questions of a post-test wait: they come here, and are explained, once you have passed that test." in page
    assert "Which edge" not in page
    found = get_recall(user, today_of(user))
    assert (found.due, found.after_test, found.closed, found.in_recall, found.is_empty) == (0, 2, 0, 0, False)
    assert count_due(user, today_of(user)) == 0
    card = RecallCard.objects.first()
    sent = {"card": card.pk, "number": 1, "revision": card.question.live_revision_id, "choice": 0}
    response = visitor.post(RECALL, sent)
    assert (response.status_code, keys_in(response.content.decode())) == (409, [])
    assert not RecallAnswer.objects.exists()

    hand_in(user, course, right=4)
    assert get_open_cards(user).count() == get_published_cards(user).count() == 2
    assert count_due(user, today_of(user)) == 2
    assert "2 questions today" in words(soup_of(visitor.get(RECALL)).select_one(".lede"))


def test_answer_in_recall_from_before_is_told_once_the_test_is_passed(visitor, failed, learner_with_access, course):
    """Until the academy explained after passing, recall told at once."""
    Course.objects.update(explain=Explain.ALWAYS)
    card = RecallCard.objects.first()
    make_due(card)
    told = f"{RECALL}{give(card).pk}/"
    assert visitor.get(told).status_code == 200
    Course.objects.update(explain=Explain.AFTER_PASSING)
    assert visitor.get(told).status_code == 404
    hand_in(learner_with_access, course, right=4)
    assert visitor.get(told).status_code == 200


def test_check_comes_back_whether_or_not_the_test_is_passed(learner_with_access, course, failed):
    question = write_question(course, 9)
    RecallCard.objects.filter(pk=RecallCard.objects.first().pk).update(question=question)
    assert get_open_cards(learner_with_access).count() == 0
    Question.objects.filter(pk=question.pk).update(use="check")
    assert get_open_cards(learner_with_access).get().question == question
    make_due(get_open_cards(learner_with_access).get())
    assert count_due(learner_with_access, today_of(learner_with_access)) == 1


def read_own_data(client, user) -> dict:
    prove(client, user)
    response = client.post("/accounts/data/")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return json.loads(zipfile.ZipFile(io.BytesIO(content)).read("learning.json"))


def test_own_copy_of_the_data_has_no_key_before_passing(client_for, failed, learner_with_access, course):
    client = client_for(learner_with_access)
    kept = read_own_data(client, learner_with_access)
    [attempt] = kept["attempts"]
    assert [("is_correct" in question, question["answer"] is not None) for question in attempt["questions"]] == [
        (False, True)
    ] * 4
    assert kept["recall"] == []
    hand_in(learner_with_access, course, right=4)
    kept = read_own_data(client, learner_with_access)
    # The newest first.
    assert [[question["is_correct"] for question in each["questions"]] for each in kept["attempts"]] == [
        [True] * 4,
        [True, True, False, False],
    ]
    assert len(kept["recall"]) == 2


def test_search_knows_explanations_once_the_test_is_passed(failed, learner_with_access, course):
    assert find(learner_with_access, "rationale").total == 0
    hand_in(learner_with_access, course, right=4)
    assert find(learner_with_access, "rationale").total == 4


def test_failed_attempt_is_explained_once_another_passed(visitor, failed, learner_with_access, course):
    passed = hand_in(learner_with_access, course, right=3)
    for attempt, verdicts in ((failed, "right right not right not right"), (passed, "right right right not right")):
        page = soup_of(visitor.get(f"{TEST}{attempt.pk}/"))
        assert " ".join(words(mark) for mark in page.select(".results .kick span.st")) == verdicts
        assert [rationale for rationale in RATIONALES if rationale not in page.get_text()] == []
    later = hand_in(learner_with_access, course, right=0)
    assert "Rationale C of case 1." in visitor.get(f"{TEST}{later.pk}/").content.decode()


def test_what_another_passed_explains_nothing(client_for, failed, other_learner, course):
    hand_in(other_learner, course, right=4)
    page = client_for(failed.user).get(f"{TEST}{failed.pk}/")
    assert keys_in(page.content.decode()) == []


def test_course_may_explain_after_each_attempt(visitor, explained_at_once, failed):
    page = soup_of(visitor.get(f"{TEST}{failed.pk}/"))
    assert "Read why below" in words(page.select_one(".lede"))
    assert len(page.select(".results .q")) == 4


def test_pre_test_opens_no_key_whatever_the_course_says(visitor, explained_at_once, learner_with_access):
    Course.objects.update(pre_test_questions=4)
    explained_at_once.refresh_from_db()
    attempt = attempts.start_pre_test(user=learner_with_access, course=explained_at_once)
    answer_all(attempt, right=2)
    attempts.submit_attempt(attempt=attempt)
    text = visitor.get(f"{TEST}{attempt.pk}/").content.decode()
    assert "2 of 4 right" in text
    assert keys_in(text) == []
    assert not RecallCard.objects.exists()


@pytest.mark.parametrize(
    ("explain", "said"),
    [
        ("after_passing", "Once you have passed, every choice is explained, of earlier attempts, too."),
        ("always", "Afterwards every choice is explained."),
    ],
)
def test_rules_of_the_test_say_when_it_is_explained(visitor, course, explain, said):
    Course.objects.update(explain=explain)
    assert said in words(soup_of(visitor.get(TEST)).select_one("ul.tick"))


def test_explained_asks_one_question_or_none(learner_with_access, course, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not is_explained(learner_with_access, course)
    course.explain = Explain.ALWAYS
    with django_assert_num_queries(0):
        assert is_explained(learner_with_access, course)


def test_result_before_passing_asks_the_same_for_any_number(visitor, failed, django_assert_num_queries):
    with django_assert_num_queries(9):
        visitor.get(f"{TEST}{failed.pk}/")
    failed.questions.filter(position__gt=1).delete()
    with django_assert_num_queries(9):
        visitor.get(f"{TEST}{failed.pk}/")


def test_course_explains_after_passing_unless_it_says_otherwise(course):
    assert Course().explain == course.explain == "after_passing"
    with pytest.raises(ValidationError, match="not a valid choice"):
        Course._meta.get_field("explain").clean("never", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.update(explain="never")
    assert not Completion.objects.exists()
