"""The shop window: a question to try, what each profession receives, what the courses hold."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import Profession
from cme.activities.services import upsert_activity, upsert_credit_type
from courses.models import CheckAnswer, RecallCard
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields
from tests.course_fixtures import blocks, write_lesson, write_question_of
from tests.html import words

COURSE = "/courses/chest-film/"
OTHERS = [str(profession.label) for profession in Profession if profession != Profession.PHYSICIAN]


def soup_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


# --- A question to try ------------------------------------------------------------------------------


@pytest.fixture
def check(course):
    """B is right. It stands in the lesson that is open to everyone."""
    question = write_question_of(course, "single", use="check")
    put_in("first-look", question)
    return question


def put_in(slug: str, *questions) -> None:
    values = [("question", question.pk) for question in questions]
    write_lesson(slug, blocks(slug, ("text", "<p>x</p>"), *values), is_preview=slug == "first-look")


def answer(question, **given) -> str:
    return f"/?{urlencode({'revision': question.live_revision_id, **given}, doseq=True)}"


def test_front_page_asks_a_question(client, check):
    page = soup_of(client.get("/"))
    form = page.select_one("#try form")
    assert (form.get("method"), form["action"]) == (None, "/#try")  # by its address: nothing is sent
    assert form.select_one("[name=revision]")["value"] == str(check.live_revision_id)
    assert words(form.legend) == "Stem of single."
    assert [words(option) for option in form.select(".opt")] == [f"Choice {letter}" for letter in "ABCD"]
    assert page.select_one("#try .lede a")["href"] == f"{COURSE}first-look/"
    assert "Secret" not in str(page)


@pytest.mark.parametrize(("choice", "verdict"), [(1, "right"), (0, "not right")])
def test_an_answer_is_explained_on_the_page(check, choice, verdict):
    """Without a cookie, a token or a script, as the page is kept for everybody."""
    response = Client(enforce_csrf_checks=True).get(answer(check, choice=choice))
    page = soup_of(response)
    assert response.cookies == {}
    assert b"csrf" not in response.content
    assert words(page.select_one("#try .kick")) == f"Your answer: {verdict}"
    assert [rationale in str(page) for rationale in ("Secret A.", "Secret B.", "Atlas.")] == [True] * 3
    assert page.select_one("#try form") is None
    assert [link["href"] for link in page.select("#try .acts a")] == ["/#try", f"{COURSE}first-look/"]


@pytest.mark.parametrize("kind", ["multiple", "numeric"])
def test_a_question_of_another_kind(client, course, kind):
    question = write_question_of(course, kind, use="check")
    put_in("first-look", question)
    given = {"choice": [1, 3]} if kind == "multiple" else {"value": "31,25"}
    assert words(soup_of(client.get(answer(question, **given))).select_one("#try .kick")) == "Your answer: right"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Choose an answer."),
        ({"choice": ""}, "Choose an answer."),
        ({"choice": "9"}, "That answer does not belong to this question."),
        ({"choice": "<script>"}, "That answer does not belong to this question."),
    ],
)
def test_what_is_no_answer_is_said_beside_the_question(client, check, given, told):
    page = soup_of(client.get(answer(check, **given)))
    assert words(page.select_one("#try form [role=alert]")) == told
    assert "Secret" not in str(page)


@pytest.mark.parametrize("revision", ["0", "x", "", "9" * 40, "999999"])
def test_an_answer_to_another_question_is_not_judged(client, check, revision):
    page = soup_of(client.get(f"/?revision={revision}&choice=1"))
    assert words(page.select_one("#try form [role=alert]")).startswith("This question has been changed")
    assert "Secret" not in str(page)


def test_nothing_is_kept_of_a_members_answer(client_for, learner, check):
    page = soup_of(client_for(learner).get(answer(check, choice=0)))
    assert words(page.select_one("#try .kick")) == "Your answer: not right"
    assert not CheckAnswer.objects.exists()
    assert not RecallCard.objects.exists()


def test_only_a_published_check_of_an_open_lesson_is_asked(client, course, locked_lesson, keep_image):
    """None of a test, none of a locked lesson, none that was withdrawn, none with a picture to mark."""
    withdrawn = write_question_of(course, "single", use="check")
    marked = write_question_of(course, "place", keep_image("pad.svg"), use="check")
    locked = write_question_of(course, "numeric", use="check")
    put_in("second-look", locked)
    put_in("first-look", withdrawn, marked)
    withdrawn.unpublish()
    test = course.questions.filter(use="test").first()
    text = course.modules.first().lessons.get(slug="first-look").renderings.latest("pk")
    text.question_ids = [*text.question_ids, test.pk]  # as if an author had found a way
    text.save(update_fields=["question_ids"])
    for question in (None, locked, test):
        page = client.get(answer(question, choice=1, value=1) if question else "/")
        assert soup_of(page).select_one("#try") is None
    withdrawn.get_latest_revision().publish()
    assert words(soup_of(client.get("/")).select_one("#try legend")) == "Stem of single."


def test_the_first_check_of_the_text_is_asked(client, course):
    late, early = (write_question_of(course, kind, use="check") for kind in ("single", "numeric"))
    put_in("first-look", early, late)
    assert early.pk > late.pk
    assert words(soup_of(client.get("/")).select_one("#try legend > p, #try legend")).startswith("Stem of numeric.")


# --- What each profession receives ------------------------------------------------------------------

ADVICE = "Ask your board."


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def accredit(course, today):
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION, advice=ADVICE)

    def write(course=course, **changes):
        return upsert_activity(course=course, **{**activity_fields(today), **changes})

    return write


def awards_on(client, address: str) -> list[tuple[list[str], str]]:
    page = soup_of(client.get(address))
    return [([words(name) for name in row.select("dt span")], words(row.dd)) for row in page.select(".awards > div")]


@pytest.mark.parametrize("address", ["/", "/courses/", COURSE, "/pricing/"])
def test_each_profession_sees_what_it_receives(client, accredit, address):
    accredit()
    assert awards_on(client, address) == [
        (["Physician (MD, DO or equivalent)"], "Up to 1.25 AMA PRA Category 1 Credits™. Certificate of credit."),
        (OTHERS, f"Up to 1.25 hours of participation. Certificate of participation. {ADVICE}"),
    ]
    assert "A demonstration. The accredited provider is invented" in words(soup_of(client.get(address)).main)


@pytest.mark.parametrize("address", ["/", "/courses/", "/pricing/"])
def test_of_several_courses_credit_is_summed(client, accredit, write_course, address):
    accredit()
    accredit(write_course("two", [], title="Two"), max_credits="0.75", credit_types=["ama-pra-category-1"])
    assert awards_on(client, address) == [
        (
            ["Physician (MD, DO or equivalent)"],
            "Up to 2.0 AMA PRA Category 1 Credits™ in 2 courses. Certificate of credit, one for each.",
        ),
        (OTHERS, f"Up to 1.25 hours of participation. Certificate of participation. {ADVICE}"),
    ]
    assert awards_on(client, "/courses/two/")[1] == (OTHERS, "No credit. The lessons and the tests are the same.")


def test_a_new_type_of_credit_needs_a_row_and_nothing_else(client, accredit):
    upsert_credit_type(
        **{**PARTICIPATION, "slug": "units", "name": "unit", "plural": "units", "professions": ["technologist"]},
    )
    accredit(credit_types=["ama-pra-category-1", "participation", "units"])
    rows = awards_on(client, COURSE)
    assert rows[1] == (["Radiologic technologist"], "Up to 1.25 units. Certificate of participation.")
    assert (rows[2][0], len(rows)) == (OTHERS[1:], 3)


@pytest.mark.parametrize("address", ["/", "/courses/", COURSE, "/pricing/"])
@pytest.mark.parametrize("what", ["expired", "not designated", "designated later", "course taken off", "none"])
def test_credit_that_nobody_can_claim_is_not_offered(client, accredit, course, today, address, what):
    day = timedelta(days=1)
    if what != "none":
        activity = accredit(is_demonstration=False)
        changes = {
            "expired": {"expires_on": today - day},
            "not designated": {"designated_on": None},
            "designated later": {"designated_on": today + day, "released_on": today + day},
        }
        type(activity).objects.filter(pk=activity.pk).update(**changes.get(what, {}))
    if what == "course taken off":
        course.unpublish()
        assert client.get(COURSE).status_code == 404
    if (what, address) != ("course taken off", COURSE):
        assert awards_on(client, address) == []


@pytest.mark.parametrize("address", ["/", "/courses/"])
@pytest.mark.parametrize("ends", ["today", "yesterday", "never designated"])
def test_list_of_courses_names_the_credit_that_can_be_claimed(client, accredit, today, address, ends):
    activity = accredit()
    changes = {
        "today": {"expires_on": today},
        "yesterday": {"expires_on": today - timedelta(days=1)},
        "never designated": {"designated_on": None},
    }
    type(activity).objects.filter(pk=activity.pk).update(**changes[ends])
    told = words(soup_of(client.get(address)).select_one(".toc .meta"))
    assert ("1.25 credits" in told, "credit" in told) == (ends == "today",) * 2


def test_course_says_nothing_of_credit_that_has_ended(client, client_for, learner, accredit, course, today):
    """At a glance, in its outline, and in the sentences that accreditors ask for."""
    activity = accredit(expires_on=today)
    page = soup_of(client.get(COURSE))
    rows = [(words(row.dt), words(row.dd)) for row in page.select(".first-aside .facts > div")]
    assert ("Credit, at most", "1.25, demonstration") in rows
    assert words(page.select_one("#credit h2")) == "Credit"
    assert "Evaluation and certificate" in words(page.select_one(".outline"))
    type(activity).objects.filter(pk=activity.pk).update(expires_on=today - timedelta(days=1))
    for visitor in (client, client_for(learner)):
        page = soup_of(visitor.get(COURSE))
        facts = words(page.select_one(".first-aside aside"))
        assert ("Lessons" in facts, "redit" in facts, "Released" in facts) == (True, False, False)
        assert page.select("#credit, #receives") == []
        assert "Evaluation" not in words(page.select_one(".outline"))
        assert "Left for credit" not in words(page.main)


def test_what_is_invented_is_said_above_the_button_that_pays(client, accredit):
    accredit()
    page = soup_of(client.get("/pricing/"))
    side = words(page.select_one(".split > div"))
    assert side.index("A demonstration.") < side.index("Get access")
    assert words(page.main).count("A demonstration.") == 1


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9"])
def test_a_sandbox_says_that_no_money_moves(client_for, learner, course, settings, address):
    settings.SANDBOX_URL = address
    page = soup_of(client_for(learner).get("/pricing/"))
    assert ("no money moves, and no card is charged" in words(page.main)) == bool(address)


def test_what_is_no_demonstration_is_not_called_one(client, accredit):
    accredit(is_demonstration=False, provider="A Society", provider_note="")
    for address in ("/courses/", COURSE, "/pricing/"):
        assert "A demonstration." not in words(soup_of(client.get(address)).main)


def test_front_page_shows_a_specimen_of_the_first_certificate(client, accredit, write_course):
    accredit(write_course("two", [], title="A course", position=3), max_credits="0.50")
    accredit()
    specimen = soup_of(client.get("/")).select_one(".specimen")
    assert "completed the enduring material Chest film and is awarded 1.25 AMA PRA Category 1 Credits™." in words(
        specimen
    )
    assert specimen.select_one("em.trademark").get_text() == "AMA PRA Category 1 Credits™"
    assert "A specimen." in words(specimen)
    assert "invented for this demonstration" in words(specimen)


# --- What the courses hold --------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", COURSE])
def test_what_comes_with_it_is_counted(client, check, address):
    rows = {row.dt.get_text(strip=True): words(row.dd) for row in soup_of(client.get(address)).select(".facts > div")}
    assert rows["Pictures"].startswith("1 in the lessons;")
    assert rows["Checks"].startswith("1 question in the lessons,")
    assert "Lecture" not in rows
    assert {"Recall", "Notes", "Offline", "Post-test", "Certificate"} <= set(rows)


def test_catalogue_shows_pictures_and_numbers(client, course, write_course):
    write_course("two", [], title="Two", position=2)
    first, second = soup_of(client.get("/courses/")).select(".toc > li")
    image = course.modules.first().lessons.get(slug="first-look").renderings.latest("pk")
    assert [each["src"] for each in first.select(".strip img")] == [f"/figures/{image.lesson_id}/{image.image_ids[0]}/"]
    assert client.get(first.select_one(".strip img")["src"]).status_code == 200
    assert words(first.select_one(".note")) == "2 pictures. 1 lesson is open to everyone."
    assert second.select(".strip, .note") == []


def test_page_of_the_price_says_what_it_opens(client, course):
    page = soup_of(client.get("/pricing/"))
    assert words(page.select_one("ul.tick li")) == "1 course with 2 lessons, 2 pictures, tables and references"


def test_page_of_the_price_without_courses(client, db):
    page = soup_of(client.get("/pricing/"))
    assert "0 " not in words(page.select_one("ul.tick"))


# --- A course to keep -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "lessons"),
    [
        (None, None),
        ("learner", [f"{COURSE}first-look/"]),
        ("author", [f"{COURSE}first-look/", f"{COURSE}second-look/"]),
    ],
)
def test_course_can_be_kept_by_members_as_far_as_it_is_open(request, client_for, course, who, lessons):
    page = soup_of(client_for(request.getfixturevalue(who) if who else None).get(COURSE))
    section = page.select_one("[data-keep-course]")
    assert (section and str(section["data-keep-course"]).split()) == lessons


def test_course_cannot_be_kept_where_offline_reading_is_off(client_for, author, course, settings):
    settings.OFFLINE_READING = False
    assert soup_of(client_for(author).get(COURSE)).select_one("[data-keep-course]") is None
