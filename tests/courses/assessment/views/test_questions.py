"""Questions of every kind on the pages: in a test, before it, and in a lesson."""

import json
import random
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.assessment.scoring import get_right_answer
from courses.assessment.services import attempts, checks
from courses.learning.queries.outlines import get_outline
from courses.models import Attempt, CheckAnswer, Completion, Course, Lesson, LessonRendering, Objective, Question
from courses.writing import services as authoring
from tests.course_fixtures import (
    answer_all,
    block_id,
    read_all,
    start,
    text_of,
    write_lesson,
    write_question_of,
)
from tests.html import squeezed, words

TEST = "/courses/chest-film/post-test/"
PRE_TEST = "/courses/chest-film/pre-test/"
# What stands in the content and nobody may read before it is told.
TRUTHS = ["Secret", "31.25", "0.125", "23.75", "61.5", "7.35", "9.25", "is_correct", "Atlas", "rationale", "tolerance"]


@pytest.fixture
def visitor(client_for, learner_with_access):
    return client_for(learner_with_access)


@pytest.fixture
def kinds(course, keep_image) -> dict[str, Question]:
    """The course asks one question of each kind and no other."""
    course.questions.all().update(live=False)
    image = keep_image("question.svg", 120)
    return {kind: write_question_of(course, kind, image) for kind in ("single", "multiple", "numeric", "place")}


@pytest.fixture
def attempt(learner_with_access, course, kinds) -> Attempt:
    return start(learner_with_access, course)


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def at(attempt: Attempt, kind: str):
    return attempt.questions.get(question__key=kind)


def send(visitor, attempt: Attempt, kind: str, data: dict[str, object], **headers: str):
    return visitor.post(f"{TEST}{attempt.pk}/{at(attempt, kind).position}/", data, headers=headers)


def fields(kind: str, answer) -> dict[str, object]:
    if kind == "place":
        return {"x": answer[0], "y": answer[1]}
    return {"value": answer} if kind == "numeric" else {"choice": answer}


# --- In a test --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["single", "multiple", "numeric", "place"])
def test_answer_of_each_kind_is_kept_and_shown(visitor, attempt, kind):
    right = get_right_answer(at(attempt, kind).content)
    assert send(visitor, attempt, kind, fields(kind, right)).status_code == 302
    question = at(attempt, kind)
    assert (question.answer, question.is_right) == (right, None)
    page = soup_of(visitor.get(f"{TEST}{attempt.pk}/?q={question.position}"))
    form = page.select_one("form.q")
    if kind in ("single", "multiple"):
        chosen = [int(str(box["value"])) for box in form.select("input[checked]")]
        assert chosen == (right if kind == "multiple" else [right])
    else:
        shown = [box["value"] for box in form.select("fieldset input")]
        assert shown == ([str(part) for part in right] if kind == "place" else [right])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("multiple", {"choice": ["1", "4"]}),
        ("multiple", {"choice": ["x"]}),
        ("multiple", {"choice": "²"}),
        ("numeric", {"value": "NaN"}),
        ("numeric", {"value": "1e400"}),
        ("numeric", {"value": "9" * 5000}),
        ("place", {"x": "50"}),
        ("place", {"x": "50", "y": "100.5"}),
        ("place", {"x": "NaN", "y": "1"}),
        ("place", {"x": "1e400", "y": "1"}),
        ("place", {"x": "-1", "y": "1"}),
        ("single", {"choice": ["4"]}),
    ],
)
def test_bad_answer_of_each_kind_is_refused_and_changes_nothing(visitor, attempt, kind, data):
    right = get_right_answer(at(attempt, kind).content)
    attempts.save_answer(attempt=attempt, position=at(attempt, kind).position, answer=right)
    assert send(visitor, attempt, kind, data).status_code == 409
    assert at(attempt, kind).answer == right


def test_what_was_refused_stays_in_the_form(visitor, attempt):
    """For who has no script: the number is there to be mended, and so is the mark that one is not sure."""
    response = send(visitor, attempt, "numeric", {"value": "5 mm", "unsure": "1"})
    page = soup_of(response)
    assert response.status_code == 409
    assert words(page.h1) == f"Question {at(attempt, 'numeric').position} of 4"
    assert page.select_one("form.q [name=value]")["value"] == "5 mm"
    assert page.select_one("form.q [name=unsure]").has_attr("checked")
    assert page.select_one(".wrap > .flash.error").get_text()
    assert (at(attempt, "numeric").answer, at(attempt, "numeric").is_unsure) == (None, False)


@pytest.mark.parametrize(("kind", "data"), [("multiple", {}), ("numeric", {"value": " "})])
def test_what_can_be_emptied_is_taken_back(visitor, attempt, kind, data):
    right = get_right_answer(at(attempt, kind).content)
    attempts.save_answer(attempt=attempt, position=at(attempt, kind).position, answer=right)
    assert send(visitor, attempt, kind, data).status_code == 302
    assert (at(attempt, kind).answer, at(attempt, kind).answered_at) == (None, None)


@pytest.mark.parametrize("kind", ["single", "place"])
def test_what_cannot_be_emptied_stays(visitor, attempt, kind):
    right = get_right_answer(at(attempt, kind).content)
    attempts.save_answer(attempt=attempt, position=at(attempt, kind).position, answer=right)
    assert send(visitor, attempt, kind, {"x": "", "y": ""} if kind == "place" else {}).status_code == 302
    assert at(attempt, kind).answer == right


def test_no_answer_of_a_page_tells_the_truth_before_it_is_due(visitor, attempt, kinds):
    pages = [visitor.get(f"{TEST}{attempt.pk}/?q={position}") for position in (1, 2, 3, 4)]
    pages += [visitor.get(f"{TEST}"), visitor.post(f"{TEST}{attempt.pk}/submit/")]
    for kind in kinds:
        answer = {"single": 0, "multiple": [0], "numeric": "1", "place": [1, 1]}[kind]
        pages.append(send(visitor, attempt, kind, fields(kind, answer), **{"HX-Request": "true"}))
        pages.append(send(visitor, attempt, kind, fields(kind, "x" if kind != "place" else "xx")))
    for page in pages:
        text = page.content.decode() + json.dumps(dict(page.headers))
        assert [truth for truth in TRUTHS if truth in text] == []


def test_result_explains_each_kind_and_says_what_to_read_again(visitor, attempt, locked_lesson, explained_at_once):
    objective = Objective.objects.first()
    Question.objects.filter(key="numeric").update(lesson=locked_lesson)
    for question in attempt.questions.all():
        question.content["objective"] = {"position": objective.position, "text": objective.text}
        question.save()
    answer_all(attempt, right=0)
    attempts.submit_attempt(attempt=attempt)
    page = soup_of(visitor.get(f"{TEST}{attempt.pk}/"))
    text = " ".join(page.get_text(" ").split())
    for told in (
        "Secret A.",
        "Secret of numeric.",
        "Secret of place.",
        "31.25 mm",
        "give or take 0.125",
        "outside the",
    ):
        assert told in text
    assert page.select_one(".pad ellipse")["cx"] == "23.75%"
    assert page.select_one(".read-again a").get_text() == "Second look"
    assert " ".join(page.select_one(".by-objective").get_text(" ").split()) == "Find the edge 0 of 4"


# --- Never lost -------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6), sent=st.lists(st.integers(0, 3), min_size=1, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_of_a_device_end_with_the_newest_that_arrived(attempt, seed, sent):
    """In any order, some twice, some never."""
    rng = random.Random(seed)
    device, position = str(uuid4()), at(attempt, "single").position
    arrived = rng.choices(list(enumerate(sent)), k=rng.randint(1, 2 * len(sent)))
    for number, answer in arrived:
        attempts.save_answer(attempt=attempt, position=position, answer=answer, device=device, number=number)
    assert at(attempt, "single").answer == max(arrived)[1]


def test_of_two_devices_the_one_that_arrived_last_stands_and_an_old_answer_stays_old(attempt):
    position = at(attempt, "single").position

    def save(answer: int, device: str, number: int) -> int:
        attempts.save_answer(attempt=attempt, position=position, answer=answer, device=device, number=number)
        return at(attempt, "single").answer

    assert save(0, "laptop", 5) == 0
    assert save(1, "phone", 1) == 1
    assert save(2, "laptop", 4) == 1
    assert save(2, "laptop", 5) == 1
    assert save(3, "laptop", 6) == 3
    assert save(0, "phone", 1) == 3


def test_page_sends_device_and_number(visitor, attempt):
    device = str(uuid4())
    for number, choice in ((2, 1), (1, 0)):
        response = send(visitor, attempt, "single", {"choice": choice, "device": device, "number": number})
        assert response.status_code == 302
    assert (at(attempt, "single").answer, at(attempt, "single").seen) == (1, [[device, 2]])


@pytest.mark.parametrize(
    ("kind", "empty", "late"), [("multiple", {}, {"choice": "1"}), ("numeric", {"value": ""}, {"value": "12"})]
)
def test_what_was_taken_back_is_not_brought_by_an_older_request(visitor, attempt, kind, empty, late):
    device = str(uuid4())
    for number, data in ((2, empty), (1, late)):
        assert send(visitor, attempt, kind, {**data, "device": device, "number": number}).status_code == 302
    assert (at(attempt, kind).answer, at(attempt, kind).seen) == (None, [[device, 2]])


def test_sureness_is_not_brought_back_by_an_older_request(visitor, attempt):
    device = str(uuid4())
    for number, data in ((2, {}), (1, {"unsure": "1"})):
        send(visitor, attempt, "single", {**data, "device": device, "number": number})
    assert at(attempt, "single").is_unsure is False


@pytest.mark.parametrize("kind", ["multiple", "numeric"])
@pytest.mark.parametrize(("shown", "stays"), [("", True), ("1", False)], ids=["shown empty", "shown answered"])
def test_a_page_that_showed_no_answer_takes_none_back(visitor, attempt, kind, shown, stays):
    """Without a script: the answer was given on another device after this page had come."""
    right = get_right_answer(at(attempt, kind).content)
    attempts.save_answer(attempt=attempt, position=at(attempt, kind).position, answer=right)
    send(visitor, attempt, kind, {"value": "", "shown": shown} if kind == "numeric" else {"shown": shown})
    assert at(attempt, kind).answer == (right if stays else None)


# --- Before the course ------------------------------------------------------------------------------


@pytest.fixture
def with_pre_test(course, kinds) -> Course:
    Course.objects.filter(pk=course.pk).update(pre_test_questions=3)
    course.refresh_from_db()
    return course


def test_pre_test_counts_for_nothing_and_gives_nothing_away(visitor, learner_with_access, with_pre_test):
    response = visitor.post(PRE_TEST)
    attempt = Attempt.objects.get()
    assert (response["Location"], attempt.purpose, attempt.questions.count()) == (f"{TEST}{attempt.pk}/", "pre", 3)
    question = attempt.questions.first()
    right = get_right_answer(question.content)
    attempts.save_answer(attempt=attempt, position=1, answer=right)
    asked = visitor.post(f"{TEST}{attempt.pk}/submit/")
    assert (asked.status_code, Attempt.objects.get().is_open) == (409, True)
    assert "Questions 2, 3 are open, and a pre-test is taken once." in asked.content.decode()
    assert visitor.post(f"{TEST}{attempt.pk}/submit/", {"anyway": "1"}).status_code == 302
    attempt.refresh_from_db()
    assert (str(attempt.score), attempt.is_passed) == ("33.33", False)
    page = visitor.get(f"{TEST}{attempt.pk}/")
    assert "1 of 3 right" in page.content.decode()
    assert [truth for truth in TRUTHS if truth in page.content.decode()] == []
    assert not Completion.objects.exists()
    assert visitor.post(PRE_TEST).status_code == 409
    assert Attempt.objects.count() == 1
    read_all(learner_with_access, with_pre_test)
    assert (
        attempts.start_attempt(user=learner_with_access, outline=get_outline(with_pre_test, learner_with_access))
        != attempt
    )


def test_all_right_in_the_pre_test_completes_nothing(visitor, with_pre_test):
    visitor.post(PRE_TEST)
    attempt = Attempt.objects.get()
    answer_all(attempt, right=3)
    assert attempts.submit_attempt(attempt=attempt).is_passed is False
    assert not Completion.objects.exists()


def test_course_without_a_pre_test_says_so(visitor, course):
    assert "This course has no pre-test." in visitor.get(PRE_TEST).content.decode()
    assert visitor.post(PRE_TEST).status_code == 409
    assert not Attempt.objects.exists()


def test_pre_test_announces_what_it_asks(visitor, course):
    Course.objects.filter(pk=course.pk).update(pre_test_questions=50)
    assert "4 questions before you start" in words(soup_of(visitor.get(PRE_TEST)).select_one(".lede"))
    visitor.post(PRE_TEST)
    assert Attempt.objects.get().questions.count() == 4


def test_pre_test_without_a_question_left_is_none(visitor, course):
    Course.objects.filter(pk=course.pk).update(pre_test_questions=3)
    for question in Question.objects.filter(course=course):
        question.unpublish()
    page = visitor.get(PRE_TEST)
    assert "This course has no pre-test." in page.content.decode()
    assert soup_of(page).select("main form") == []


# --- In a lesson ------------------------------------------------------------------------------------


@pytest.fixture
def check(course, locked_lesson, kinds) -> Question:
    question = write_question_of(course, "numeric", key="in-lesson", use="check", lesson=locked_lesson)
    body = [{"type": "question", "value": question.pk, "id": block_id("second-look", 0)}]
    write_lesson("second-look", body)
    return question


def address(check: Question) -> str:
    return f"/checks/{check.lesson_id}/{check.pk}/"


def test_check_is_asked_in_its_lesson_answered_and_answered_again(visitor, learner_with_access, check):
    lesson = soup_of(visitor.get("/courses/chest-film/second-look/"))
    assert lesson.select_one(".lesson-check")["data-hx-get"] == address(check)
    asked = visitor.get(address(check), headers={"HX-Request": "true"})
    assert [truth for truth in TRUTHS if truth in asked.content.decode()] == []
    data = {"value": "31,3", "revision": soup_of(asked).select_one("[name=revision]")["value"]}
    told = visitor.post(address(check), data, headers={"HX-Request": "true"})
    assert "Secret of numeric." in told.content.decode()
    assert visitor.post(address(check), {**data, "value": "2"})["Location"] == address(check)
    kept = CheckAnswer.objects.get()
    assert (kept.user, kept.answer, kept.is_right, kept.times) == (learner_with_access, "2", False, 2)
    assert "not right" in visitor.get(address(check)).content.decode()
    assert "Secret" not in visitor.get(f"{address(check)}?again").content.decode()
    assert not Attempt.objects.exists()


LESSON = "/courses/chest-film/second-look/"


def check_in(page) -> str:
    """Without the token, which differs from page to page."""
    for token in page.select("[name=csrfmiddlewaretoken]"):
        token["value"] = ""
    return squeezed(str(page.select_one(".q")))


def test_check_stands_in_a_members_page_as_it_would_be_fetched(visitor, learner_with_access, check):
    def is_as_fetched() -> bool:
        partial = visitor.get(address(check), headers={"HX-Request": "true"})
        return check_in(soup_of(visitor.get(LESSON)).select_one(".lesson-check")) == check_in(soup_of(partial))

    place = soup_of(visitor.get(LESSON)).select_one(".lesson-check")
    assert place["data-hx-trigger"] == "check:again"
    assert [truth for truth in TRUTHS if truth in str(place)] == []
    assert is_as_fetched()
    checks.save_check_answer(
        user=learner_with_access, question=check, revision_id=check.live_revision_id, answer="31.25"
    )
    assert "Secret of numeric." in visitor.get(LESSON).content.decode()
    assert is_as_fetched()


def test_check_stands_in_a_text_that_was_rendered_long_ago(visitor, check):
    text = text_of("second-look")
    assert "data-hx-get" in text.html
    LessonRendering.objects.filter(pk=text.pk).update(html=text.html.replace("data-hx-", "hx-"))
    place = soup_of(visitor.get(LESSON)).select_one(".lesson-check")
    assert place["hx-trigger"] == "check:again"
    assert place.select("form")


def test_form_of_a_check_in_the_page_is_taken(learner_with_access, check):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner_with_access)
    form = soup_of(strict.get(LESSON)).select_one(".lesson-check form")
    data = {field["name"]: field.get("value", "") for field in form.select("input[name]")} | {"value": "31.25"}
    del data["unsure"]
    assert strict.post(address(check), data).status_code == 302
    assert CheckAnswer.objects.get().is_right


def test_what_another_has_answered_does_not_show(visitor, other_learner, check):
    checks.save_check_answer(user=other_learner, question=check, revision_id=check.live_revision_id, answer="31.25")
    assert "Secret" not in visitor.get(LESSON).content.decode()


def test_strangers_page_has_no_form_and_fetches_its_check(client, check):
    Lesson.objects.filter(slug="second-look").update(is_preview=True)
    place = soup_of(client.get(LESSON)).select_one(".lesson-check")
    assert (place["data-hx-get"], place["data-hx-trigger"], place.select("form")) == (
        address(check),
        "intersect once",
        [],
    )


def test_check_that_was_withdrawn_leaves_its_place(visitor, check):
    check.unpublish()
    assert soup_of(visitor.get(LESSON)).select_one(".lesson-check")["data-hx-trigger"] == "intersect once"


def test_check_that_was_changed_meanwhile_is_asked_anew(visitor, course, check):
    stale = check.live_revision_id
    write_question_of(course, "numeric", key="in-lesson", use="check", lesson=check.lesson, unit="cm")
    response = visitor.post(address(check), {"value": "31.25", "revision": stale})
    assert response.status_code == 409
    assert "has been changed" in response.content.decode()
    assert soup_of(response).select_one("[name=value]")["value"] == ""
    assert not CheckAnswer.objects.exists()


@pytest.mark.parametrize("data", [{}, {"value": "x"}, {"value": "1e400"}, {"value": "1", "revision": "x"}])
def test_bad_answer_to_a_check_keeps_nothing_and_tells_nothing(visitor, check, data):
    response = visitor.post(address(check), {"revision": check.live_revision_id, **data})
    assert response.status_code == 409
    assert [truth for truth in TRUTHS if truth in response.content.decode()] == []
    assert not CheckAnswer.objects.exists()


@pytest.mark.parametrize(("typed", "shown"), [("5 mm", "5 mm"), ("x" * 50, "x" * 40)])
def test_number_that_is_refused_stays_in_the_form(visitor, check, typed, shown):
    data = {"revision": check.live_revision_id, "value": typed, "unsure": "1"}
    form = soup_of(visitor.post(address(check), data))
    assert form.select_one("[name=value]")["value"] == shown
    assert form.select_one("[name=unsure]").has_attr("checked")
    assert "That is not a number." in form.select_one("form.q .flash.error").text
    plain = soup_of(visitor.post(address(check), {**data, "unsure": ""}))
    assert not plain.select_one("[name=unsure]").has_attr("checked")


def test_other_kinds_of_answers_that_are_refused_stay_in_the_form(visitor, course, check, kinds):
    image = kinds["place"].image_id
    mark = write_question_of(course, "place", image, key="mark", use="check", lesson=check.lesson)
    many = write_question_of(course, "multiple", key="many", use="check", lesson=check.lesson)
    body = [
        {"type": "question", "value": asked.pk, "id": block_id("second-look", index)}
        for index, asked in enumerate((mark, many))
    ]
    write_lesson("second-look", body)
    data = {"revision": mark.live_revision_id, "x": "12.5", "y": "x"}
    form = soup_of(visitor.post(address(mark), data))
    assert [form.select_one(f"[name={name}]")["value"] for name in ("x", "y")] == ["12.5", ""]
    assert form.select_one("svg.mark")["visibility"] == "hidden"
    form = soup_of(visitor.post(address(many), {"revision": many.live_revision_id, "choice": ["1", "77", "x"]}))
    assert [box["value"] for box in form.select("[name=choice][checked]")] == ["1"]
    assert not CheckAnswer.objects.exists()


def test_no_test_asks_a_check_and_no_check_is_a_question_of_the_test(
    visitor, learner_with_access, course, check, kinds
):
    attempt = start(learner_with_access, course)
    assert "in-lesson" not in attempt.questions.values_list("question__key", flat=True)
    assert visitor.get(f"/checks/{check.lesson_id}/{kinds['numeric'].pk}/").status_code == 404


def test_stranger_may_try_a_check_of_an_open_lesson_and_nothing_is_kept(client, course, check, preview_lesson):
    body = [{"type": "question", "value": check.pk, "id": block_id("first-look", 0)}]
    write_lesson("first-look", body, is_preview=True)
    where = f"/checks/{preview_lesson.pk}/{check.pk}/"
    assert client.get(where).status_code == 200
    told = client.post(where, {"value": "31.25", "revision": check.live_revision_id})
    assert "Secret of numeric." in told.content.decode()
    assert client.get(address(check)).status_code == 403
    assert not CheckAnswer.objects.exists()


def test_picture_opens_to_who_may_be_asked(
    client_for, learner, learner_with_access, author, kinds, keep_image, locked_lesson
):
    place = kinds["place"]
    where = f"/checks/pictures/{place.pk}/{place.image_id}/"
    people = [None, learner, learner_with_access, author]
    assert [client_for(user).get(where).status_code for user in people] == [404, 404, 404, 200]
    start(learner_with_access, place.course)
    assert [client_for(user).get(where).status_code for user in people] == [404, 404, 200, 200]
    check = write_question_of(place.course, "place", place.image_id, key="check", use="check", lesson=locked_lesson)
    of_the_check = f"/checks/pictures/{check.pk}/{check.image_id}/"
    assert [client_for(user).get(of_the_check).status_code for user in people] == [403, 403, 200, 200]
    other = f"/checks/pictures/{place.pk}/{keep_image('another.svg', 90)}/"
    assert [client_for(user).get(other).status_code for user in people] == [404, 404, 404, 200]


def test_question_with_what_is_missing_is_not_published(course, keep_image):
    fields = {"stem": "<p>?</p>", "kind": "place"}
    revision = authoring.draft_question(key="empty", course=course, fields=fields, choices=[])
    with pytest.raises(Exception, match="No region is right yet"):
        revision.publish()
    revision = authoring.draft_question(key="empty", course=course, fields={"kind": "numeric"}, choices=[])
    with pytest.raises(Exception, match="Give the right value"):
        revision.publish()
    assert Question.objects.get(key="empty").live is False


REQUESTS = {
    "single": ({"choice": ""}, "Choose an answer."),
    "multiple": ({}, "Choose at least one."),
    "numeric": ({"value": " "}, "Write a number."),
    "place": ({"x": "", "y": ""}, "Mark the place."),
}


@pytest.mark.parametrize("kind", REQUESTS)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_check_that_is_sent_without_an_answer_asks_for_one(visitor, course, locked_lesson, kinds, kind, headers):
    question = write_question_of(course, kind, kinds["place"].image_id, key="asked", use="check", lesson=locked_lesson)
    write_lesson("second-look", [{"type": "question", "value": question.pk, "id": block_id("second-look", 0)}])
    data, told = REQUESTS[kind]
    for sent in (data, {}):
        response = visitor.post(address(question), {"revision": question.live_revision_id, **sent}, headers=headers)
        assert (response.status_code, words(soup_of(response).select_one(".flash.error"))) == (409, told)
    assert not CheckAnswer.objects.exists()
