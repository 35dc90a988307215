import pytest
from bs4 import BeautifulSoup

from accounts.services import revoke_access
from courses.assessment.services import attempts
from courses.models import Attempt, Completion, Course, Question
from courses.writing import services as authoring
from imaging.models import TestSet
from tests.course_fixtures import RATIONALES, STEMS, answer_all, hand_in, read_all, start, write_question
from tests.html import flat, words

TEST = "/courses/chest-film/post-test/"


@pytest.fixture
def visitor(client_for, learner_with_access):
    return client_for(learner_with_access)


@pytest.fixture
def attempt(learner_with_access, course) -> Attempt:
    return start(learner_with_access, course)


@pytest.fixture
def address(attempt) -> str:
    return f"{TEST}{attempt.pk}/"


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def answers(attempt: Attempt) -> list[int | None]:
    return list(attempt.questions.values_list("answer", flat=True))


# --- Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_post_test_asks_a_stranger_to_sign_in(client, course, method):
    response = getattr(client, method)(TEST)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={TEST}")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_post_test_is_locked_without_access(client_for, learner, course, method):
    read_all(learner, course)
    response = getattr(client_for(learner), method)(TEST)
    assert response.status_code == 403
    page = soup_of(response)
    assert words(page.h1) == "Post-test"
    assert page.select_one(".acts a.btn")["href"] == "/pricing/"
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("who", ["learner", "other_learner", "author", "admin"])
def test_attempt_of_another_learner_is_not_there(request, client_for, attempt, address, who):
    other = client_for(request.getfixturevalue(who))
    tries = [
        other.get(address),
        other.post(f"{address}1/", {"choice": 0}),
        other.post(f"{address}submit/"),
    ]
    assert [response.status_code for response in tries] == [404, 404, 404]
    attempt.refresh_from_db()
    assert (answers(attempt), attempt.submitted_at) == ([None] * 4, None)


def test_attempt_asks_a_stranger_to_sign_in(client, attempt, address):
    for response in (client.get(address), client.post(f"{address}1/", {"choice": 0}), client.post(f"{address}submit/")):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")
    assert answers(attempt) == [None] * 4


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "handed in"])
def test_attempt_locks_when_access_is_taken_back(visitor, attempt, address, is_open):
    if not is_open:
        answer_all(attempt, right=4)
        attempts.submit_attempt(attempt=attempt)
    kept = answers(attempt)
    revoke_access(source="test", reference="paid", reason="refund")
    tries = [
        visitor.get(TEST),
        visitor.post(TEST),
        visitor.get(address),
        visitor.post(f"{address}1/", {"choice": 0}),
        visitor.post(f"{address}submit/"),
    ]
    assert [response.status_code for response in tries] == [403] * 5
    for response in tries:
        text = response.content.decode()
        assert [secret for secret in (*STEMS, *RATIONALES, "Choice ") if secret in text] == []
    assert answers(attempt) == kept
    assert Attempt.objects.count() == 1


# --- Before and starting ----------------------------------------------------------------------------


def test_post_test_page_says_the_rules_and_what_is_left(visitor, course):
    page = soup_of(visitor.get(TEST))
    assert words(page.select_one(".lede")) == "You pass with 3 of 4 questions right, at least 75%."
    assert page.select_one("main form") is None
    left = [link["href"] for link in page.select(".stack a")]
    assert left == ["/courses/chest-film/first-look/", "/courses/chest-film/second-look/"]


@pytest.mark.parametrize(
    ("is_required", "told"),
    [
        (False, "If you like: it is not needed to pass this test, and not for credit."),
        (True, "Credit is given once it is passed, too."),
    ],
)
def test_post_test_page_offers_the_test_set_of_its_course(visitor, course, settings, is_required, told):
    settings.TEST_SET_REQUIRED = is_required
    assert soup_of(visitor.get(TEST)).select_one("aside") is None
    facts = {"summary": "Films to read.", "cases": [{"density": "b"}], "least_sensitivity": 75, "least_specificity": 75}
    TestSet.objects.create(slug="films", title="One film", course=course.slug, **facts)
    offered = soup_of(visitor.get(TEST)).select_one("aside")
    assert offered.select_one("a")["href"] == "/test-sets/films/"
    assert " ".join(offered.get_text(" ").split()) == f"Test set One film Films to read. {told}"


def test_post_test_before_every_lesson_is_refused_with_a_reason(visitor, course):
    response = visitor.post(TEST)
    assert response.status_code == 409
    assert words(soup_of(response).select_one(".flash.error")) == (
        "The post-test opens when every lesson is completed."
    )
    assert not Attempt.objects.exists()


def test_post_test_without_questions_is_refused_with_a_reason(visitor, learner_with_access, course):
    read_all(learner_with_access, course)
    for question in Question.objects.all():
        question.unpublish()
    response = visitor.post(TEST)
    assert response.status_code == 409
    assert "This course has no post-test yet." in response.content.decode()
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("path", ["/courses/nothing/post-test/", "/courses/nothing/post-test/1/"])
def test_post_test_of_no_course_is_not_found(visitor, course, path):
    assert visitor.get(path).status_code == 404
    assert visitor.post(path).status_code in (404, 405)


def test_post_test_of_an_unpublished_course_is_not_found(visitor, course):
    course.unpublish()
    assert visitor.get(TEST).status_code == 404
    assert visitor.post(TEST).status_code == 404
    assert not Attempt.objects.exists()


def test_post_test_page_names_its_button_by_what_it_does(visitor, learner_with_access, course):
    def button() -> str:
        return words(soup_of(visitor.get(TEST)).select_one("main form button"))

    read_all(learner_with_access, course)
    assert button() == "Start the post-test"
    attempt = start(learner_with_access, course)
    assert button() == "Go on with the attempt"
    answer_all(attempt, right=2)
    attempts.submit_attempt(attempt=attempt)
    assert button() == "Try again"
    entry = soup_of(visitor.get(TEST)).select_one("dl.facts div")
    assert (entry.a["href"], words(entry.dd)) == (f"{TEST}{attempt.pk}/", "50%, not passed")


# --- Answering without a script ---------------------------------------------------------------------


def test_whole_test_without_a_script(visitor, learner_with_access, course):
    """Follow the forms of the pages, as a visitor without JavaScript does."""
    read_all(learner_with_access, course)
    response = visitor.post(TEST)
    attempt = Attempt.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{TEST}{attempt.pk}/")
    where = response["Location"]
    for position in (1, 2, 3, 4):
        page = soup_of(visitor.get(where))
        assert words(page.h1) == f"Question {position} of 4"
        form = page.select_one("form.q")
        right = next(label for label in form.select("label") if "Choice C" in label.get_text())
        response = visitor.post(form["action"], {"choice": right.input["value"]})
        where = response["Location"]
        assert (response.status_code, where) == (302, f"{TEST}{attempt.pk}/?q={min(position + 1, 4)}")
    page = soup_of(visitor.get(where))
    assert words(page.select_one(".wrap:not(.away) [role=status]")) == "4 of 4 answered and kept"
    response = visitor.post(page.select_one("#attempt-state form")["action"])
    assert (response.status_code, response["Location"]) == (302, f"{TEST}{attempt.pk}/")
    result = soup_of(visitor.get(response["Location"]))
    assert words(result.h1) == "You passed."
    assert words(result.select_one(".lede")) == "4 of 4 right, 100%. The pass mark is 75%."
    assert Completion.objects.get().user == learner_with_access


def test_attempt_opens_at_the_first_question_left(visitor, attempt, address):
    attempts.save_answer(attempt=attempt, position=1, answer=0)
    attempts.save_answer(attempt=attempt, position=3, answer=0)
    page = soup_of(visitor.get(address))
    assert words(page.h1) == "Question 2 of 4"
    labels = [link["aria-label"] for link in page.select(".qnav a")]
    assert labels == [
        "Question 1, answered",
        "Question 2, not answered",
        "Question 3, answered",
        "Question 4, not answered",
    ]
    assert page.select_one(".qnav [aria-current]").get_text() == "2"


def test_attempt_shows_the_answer_that_was_kept(visitor, attempt, address):
    attempts.save_answer(attempt=attempt, position=2, answer=3)
    page = soup_of(visitor.get(f"{address}?q=2"))
    assert [box.has_attr("checked") for box in page.select("input[name=choice]")] == [False, False, False, True]


@pytest.mark.parametrize("q", ["", "0", "5", "-1", "x", "1.5", "²", "٢٢", "9" * 5000, "1&q=x", "1e3", "<script>"])
def test_attempt_with_a_bad_question_number_opens_the_first_left(visitor, attempt, address, q):
    attempts.save_answer(attempt=attempt, position=1, answer=0)
    response = visitor.get(f"{address}?q={q}")
    assert response.status_code == 200
    assert words(soup_of(response).h1) == "Question 2 of 4"


@pytest.mark.parametrize(("q", "number"), [("1", 1), ("4", 4), (" 3 ", 3)])
def test_attempt_opens_at_the_question_asked_for(visitor, attempt, address, q, number):
    assert soup_of(visitor.get(address, {"q": q})).h1.get_text() == f"Question {number} of 4"


def test_answer_can_be_left_open(visitor, attempt, address):
    response = visitor.post(f"{address}1/")
    assert (response.status_code, response["Location"]) == (302, f"{address}?q=2")
    assert answers(attempt) == [None] * 4


@pytest.mark.parametrize("choice", ["", "4", "-1", "100", "x", "1.5", "9" * 5000, "<script>"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_answer_refuses_what_was_not_offered(visitor, attempt, address, choice, headers):
    attempts.save_answer(attempt=attempt, position=1, answer=2)
    response = visitor.post(f"{address}1/", {"choice": choice}, headers=headers)
    assert response.status_code == 409
    told = soup_of(response).select_one(".flash.error").get_text()
    assert told.endswith("That answer does not belong to this question." if choice else "Choose an answer.")
    assert bool(soup_of(response).select_one("html")) is not bool(headers)
    assert answers(attempt) == [2, None, None, None]


def test_answer_after_the_session_ended_leads_back_to_its_question(client, attempt, address):
    sign_in = f"/accounts/login/?next={address}%3Fq%3D2"
    response = client.post(f"{address}2/", {"choice": 0})
    assert (response.status_code, response["Location"]) == (302, sign_in)
    response = client.post(f"{address}2/", {"choice": 0}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"], response.content) == (200, sign_in, b"")
    response = client.post(f"{address}submit/")
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")
    assert answers(attempt) == [None] * 4
    assert Attempt.objects.get().is_open


def test_attempt_is_never_shown_from_a_cache(visitor, address):
    assert "no-store" in visitor.get(address)["Cache-Control"]


@pytest.mark.parametrize("position", ["0", "5", "99", "9" * 30])
def test_answer_to_a_question_that_is_not_in_the_attempt(visitor, attempt, address, position):
    response = visitor.post(f"{address}{position}/", {"choice": 0})
    assert response.status_code == 409
    assert answers(attempt) == [None] * 4


def test_answer_without_a_choice_to_a_question_that_is_not_there_is_no_crash(visitor, attempt, address):
    for headers in ({}, {"HX-Request": "true"}):
        response = visitor.post(f"{address}99/", headers=headers)
        assert response.status_code == 409
    assert answers(attempt) == [None] * 4


def test_answer_after_handing_in_is_refused(visitor, learner_with_access, course):
    attempt = hand_in(learner_with_access, course, right=4)
    before = answers(attempt)
    response = visitor.post(f"{TEST}{attempt.pk}/1/", {"choice": (before[0] + 1) % 4})
    assert response.status_code == 409
    assert soup_of(response).select_one(".lede").get_text() == "This attempt has been handed in; its answers stand."
    assert soup_of(response).select_one(".acts a")["href"] == f"{TEST}{attempt.pk}/"
    assert answers(attempt) == before


@pytest.mark.parametrize(("suffix", "place"), [("1/", "?q=1"), ("submit/", "")])
def test_opening_an_address_that_writes_leads_to_its_page(visitor, attempt, address, suffix, place):
    response = visitor.get(f"{address}{suffix}")
    assert (response.status_code, response["Location"]) == (302, f"{address}{place}")
    assert visitor.get(response["Location"]).status_code == 200
    assert answers(attempt) == [None] * 4


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_post_test_knows_reading_and_posting_alone(visitor, attempt, address, method):
    assert getattr(visitor, method)(TEST).status_code == 405
    assert getattr(visitor, method)(address).status_code == 405
    assert Attempt.objects.count() == 1


# --- htmx -------------------------------------------------------------------------------------------


def test_htmx_answer_is_the_part_of_the_full_page(visitor, attempt, address):
    response = visitor.post(f"{address}2/", {"choice": 1}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert answers(attempt) == [None, 1, None, None]
    part = BeautifulSoup(response.content, "html.parser")
    whole = soup_of(visitor.get(f"{address}?q=2")).find(id="attempt-state")
    for soup in (part, whole):
        for token in soup.select("input[name=csrfmiddlewaretoken]"):
            token["value"] = ""
    assert str(part).strip() == str(whole)
    assert part.select_one("[role=status]").get_text() == "1 of 4 answered and kept"


# --- Handing in -------------------------------------------------------------------------------------


def test_submit_with_answers_missing_names_them(visitor, attempt, address):
    attempts.save_answer(attempt=attempt, position=1, answer=0)
    response = visitor.post(f"{address}submit/")
    assert response.status_code == 409
    page = soup_of(response)
    assert page.select_one(".wrap:not(.away) [role=alert]").get_text() == "Not answered yet: questions 2, 3, 4."
    assert words(page.h1) == "Question 2 of 4"
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.score) == (None, None)
    assert [secret for secret in RATIONALES if secret in response.content.decode()] == []


def test_submit_twice_leads_to_the_same_result(visitor, attempt, address):
    answer_all(attempt, right=3)
    for _ in range(2):
        response = visitor.post(f"{address}submit/", {"score": "100"})
        assert (response.status_code, response["Location"]) == (302, address)
    attempt.refresh_from_db()
    assert attempt.score == 75
    assert Completion.objects.count() == 1


def test_nothing_tells_the_right_answer_before_handing_in(visitor, attempt, address):
    """Neither the rationale nor a mark: two questions' pages differ in stem, choices and numbers alone."""
    pages = [visitor.get(f"{address}?q={position}").content.decode() for position in (1, 2, 3, 4)]
    pages.append(visitor.post(f"{address}1/", {"choice": 0}, headers={"HX-Request": "true"}).content.decode())
    pages.append(visitor.post(f"{address}1/", {"choice": 9}).content.decode())
    pages.append(visitor.post(f"{address}submit/").content.decode())
    pages.append(visitor.get(TEST).content.decode())
    for page in pages:
        told = [*RATIONALES, "rationale", "is_correct", "Atlas, page", "correct", "right answer"]
        assert [secret for secret in told if secret in page] == []
    for page in pages[:4]:
        labels = BeautifulSoup(page, "html.parser").select("label.opt")
        for index, label in enumerate(labels):
            label.span.string = ""
            assert flat(str(label)) == (
                f'<label class="opt"><input name="choice" type="radio" value="{index}"/><span></span></label>'
            )


def test_result_explains_every_choice(visitor, learner_with_access, explained_at_once):
    course = explained_at_once
    attempt = hand_in(learner_with_access, course, right=2)
    page = soup_of(visitor.get(f"{TEST}{attempt.pk}/"))
    assert words(page.h1) == "Not passed yet."
    assert words(page.select_one(".lede")).startswith("2 of 4 right, 50%. The pass mark is 75%.")
    text = page.get_text()
    assert [rationale for rationale in RATIONALES if rationale not in text] == []
    assert [mark.get_text(strip=True) for mark in page.select(".results .kick span.st")] == [
        "right",
        "right",
        "not right",
        "not right",
    ]
    assert len(page.select(".opt.right")) == 4
    assert len(page.select(".opt.chosen")) == 2
    assert page.select_one(".acts a.btn")["href"] == TEST
    read_again = page.select(".results .note a")
    assert [link["href"] for link in read_again] == ["/courses/chest-film/second-look/"] * 4


def test_result_does_not_lead_to_a_lesson_that_was_taken_off(visitor, learner_with_access, course):
    attempt = hand_in(learner_with_access, course, right=4)
    Question.objects.first().lesson.unpublish()
    page = soup_of(visitor.get(f"{TEST}{attempt.pk}/"))
    assert page.select(".results .note a") == []
    assert "Second look" not in str(page.select_one(".results"))
    assert "Atlas, page 1." in page.get_text()


def test_result_escapes_what_authors_write(visitor, learner_with_access, course):
    attack = "<script>alert(1)</script>"
    choices = [{"text": attack + end, "is_correct": not end, "rationale": attack} for end in ("", "?")]
    for number in range(1, 5):
        fields = {"stem": "<p>?</p>", "lesson": None, "references": attack}
        authoring.draft_question(key=f"chest-film-{number}", course=course, fields=fields, choices=choices).publish()
    attempt = start(learner_with_access, course)
    assert soup_of(visitor.get(f"{TEST}{attempt.pk}/")).select("main script") == []
    answer_all(attempt, right=4)
    attempts.submit_attempt(attempt=attempt)
    page = soup_of(visitor.get(f"{TEST}{attempt.pk}/"))
    assert page.select("main script") == []
    assert page.get_text().count(attack) == 4 * 5


# --- How many questions the database is asked -------------------------------------------------------


def ask(visitor, address: str, count: int, django_assert_num_queries) -> None:
    with django_assert_num_queries(count):
        assert visitor.get(address).status_code == 200


def test_post_test_query_count(visitor, learner_with_access, course, django_assert_num_queries):
    hand_in(learner_with_access, course, right=4)
    ask(visitor, TEST, 8, django_assert_num_queries)
    for _ in range(2):
        hand_in(learner_with_access, course, right=4)
    ask(visitor, TEST, 8, django_assert_num_queries)


@pytest.mark.parametrize("questions", [1, 4, 8])
def test_attempt_and_result_query_count(visitor, learner_with_access, course, django_assert_num_queries, questions):
    for number in range(5, 9):
        write_question(course, number, lesson=Question.objects.first().lesson)
    Course.objects.filter(pk=course.pk).update(post_test_questions=questions)
    course.refresh_from_db()
    attempt = start(learner_with_access, course)
    assert attempt.questions.count() == questions
    ask(visitor, f"{TEST}{attempt.pk}/", 4, django_assert_num_queries)
    answer_all(attempt, right=questions)
    attempts.submit_attempt(attempt=attempt)
    ask(visitor, f"{TEST}{attempt.pk}/", 8, django_assert_num_queries)


@pytest.mark.parametrize("questions", [1, 4])
def test_answer_query_count(visitor, learner_with_access, course, django_assert_num_queries, questions):
    Course.objects.filter(pk=course.pk).update(post_test_questions=questions)
    course.refresh_from_db()
    attempt = start(learner_with_access, course)
    with django_assert_num_queries(11):
        kept = visitor.post(f"{TEST}{attempt.pk}/1/", {"choice": 0}, headers={"HX-Request": "true"})
    assert kept.status_code == 200


# --- What completing freezes is known before ------------------------------------------------------------

FACTS = {"name": "Rosa Kealoha, MD", "profession": "physician", "time_zone": "Pacific/Honolulu"}


@pytest.fixture
def skipped(learner_with_access):
    """Somebody who said “Not now” to the profile."""
    learner_with_access.name = learner_with_access.profession = learner_with_access.time_zone = ""
    learner_with_access.save()
    return learner_with_access


def test_post_test_asks_first_whose_certificate_it_will_be(visitor, skipped, course):
    read_all(skipped, course)
    page = visitor.get(TEST).content.decode()
    assert all(f'name="{name}"' in page for name in FACTS)
    assert "js/timezone.js" in page
    response = visitor.post(TEST)
    assert (response.status_code, Attempt.objects.count()) == (409, 0)
    assert "Please give your name." in response.content.decode()
    response = visitor.post(TEST, FACTS)
    assert response["Location"] == f"{TEST}{Attempt.objects.get().pk}/"
    skipped.refresh_from_db()
    assert {name: getattr(skipped, name) for name in FACTS} == FACTS


@pytest.mark.parametrize("missing", FACTS)
def test_post_test_asks_for_whatever_is_missing(visitor, learner_with_access, course, missing):
    setattr(learner_with_access, missing, "")
    learner_with_access.save()
    read_all(learner_with_access, course)
    assert visitor.post(TEST).status_code == 409
    assert not Attempt.objects.exists()


def test_post_test_asks_nothing_of_whoever_gave_it_all(visitor, learner_with_access, course):
    read_all(learner_with_access, course)
    assert 'name="time_zone"' not in visitor.get(TEST).content.decode()


def test_attempt_that_began_before_is_handed_in_after_the_facts_are_given(visitor, learner_with_access, course):
    attempt = start(learner_with_access, course)
    answer_all(attempt, right=4)
    learner_with_access.time_zone = ""
    learner_with_access.save()
    assert visitor.post(f"{TEST}{attempt.pk}/submit/")["Location"] == TEST
    assert not Completion.objects.exists()
    assert visitor.post(TEST, FACTS)["Location"] == f"{TEST}{attempt.pk}/"
    visitor.post(f"{TEST}{attempt.pk}/submit/")
    assert Completion.objects.exists()
