import re
import uuid

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from courses.learning.queries.progress import get_studies
from courses.learning.services import reading
from courses.models import Enrolment, Lesson, LessonProgress
from courses.writing import services as authoring
from tests.course_fixtures import (
    LOCKED_SENTENCES,
    RATIONALES,
    STEMS,
    WINDOW_SENTENCES,
    block_id,
    blocks,
    figure,
    hand_in,
    read_all,
    start,
    text_of,
    write_lesson,
)
from tests.html import words

COURSE = "/courses/chest-film/"
OPEN = f"{COURSE}first-look/"
LOCKED = f"{COURSE}second-look/"
ANNOUNCED = f"{COURSE}third-look/"

CAST = ["stranger", "learner", "learner_with_access", "other_learner", "author", "admin"]
READERS = {"learner_with_access", "other_learner", "author", "admin"}


@pytest.fixture(params=CAST)
def who(request) -> str:
    return request.param


@pytest.fixture
def visitor(request, client_for, who):
    return client_for(None if who == "stranger" else request.getfixturevalue(who))


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def nothing_kept() -> bool:
    return not (LessonProgress.objects.exists() or Enrolment.objects.exists())


def secrets_in(text: str, *, shown: tuple[str, ...] = ()) -> list[str]:
    """What of the locked lesson and of the questions a response gives away, but for what may be shown."""
    (image,) = text_of("second-look").image_ids
    place = f"/figures/{text_of('second-look').lesson_id}/"
    ids = [block_id("second-look", index) for index in range(5)]
    known = [*LOCKED_SENTENCES, *STEMS, *RATIONALES, f"{place}{image}/", *ids, "Choice "]
    return [secret for secret in known if secret in text and secret not in shown]


def window() -> tuple[str, ...]:
    """What everybody may see of the locked lesson, on its own page."""
    text = text_of("second-look")
    return (*WINDOW_SENTENCES, f"/figures/{text.lesson_id}/{text.image_ids[0]}/")


def write_two_figures(keep_image) -> tuple[str, str]:
    """The locked lesson opens with its objectives and has two figures; their addresses."""
    images = [keep_image(f"{name}.svg", size) for name, size in (("one", 120), ("two", 140))]
    opening = (
        "<h2>What you will be able to do</h2><ul><li>Find the <b>apex</b>.</li><li>Name it.</li></ul>"
        "<p>Under the list.</p><h2>More</h2><ul><li>Another list.</li></ul>"
    )
    body = blocks("second-look", ("text", opening), figure(images[0]), figure(images[1], caption="The second."))
    lesson = write_lesson("second-look", body)
    first, second = (f"/figures/{lesson.pk}/{image}/" for image in images)
    return first, second


# --- Public pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/courses/", COURSE, OPEN])
def test_public_page_opens_to_everyone(visitor, course, address):
    response = visitor.get(address)
    assert response.status_code == 200
    assert secrets_in(response.content.decode()) == []


def test_catalogue_says_length(client, course):
    assert words(soup_of(client.get("/courses/")).select_one("li .meta")) == "2 lessons, 30 min"


def test_catalogue_without_courses_says_so(client, db):
    assert "No course is published yet." in client.get("/courses/").content.decode()
    assert client.get("/").status_code == 200


def test_course_page_has_what_a_physician_asks(client, course):
    page = soup_of(client.get(COURSE))
    assert page.h1.get_text() == "Chest film"
    assert [item.get_text(strip=True) for item in page.select("ul.tick li")] == ["Find the edge", "Name the edge"]
    assert page.select_one(".people h3").get_text() == "Ada Example, MD"
    assert "Nothing to disclose." in page.select_one(".people").get_text()
    facts = {row.dt.get_text(): words(row.dd) for row in page.select("dl.facts.tight div")}
    assert facts == {
        "Lessons": "2, 1 open to everyone",
        "Time, test included": "30 min",
        "Pass mark": "3 of 4, at least 75%",
        "Attempts": "Unlimited",
    }
    rows = [re.sub(r"\s+", " ", row.get_text(" ", strip=True)) for row in page.select(".outline ul")[0].select("li")]
    assert rows == ["First look Open to everyone, 5 min", "Second look 5 min"]
    assert [link["href"] for link in page.select(".outline ul")[0].select("a")] == [OPEN, LOCKED]
    announced = page.select(".outline ul")[1]
    assert announced.select("a") == []
    assert re.sub(r"\s+", " ", announced.get_text(" ", strip=True)) == "Third look In preparation"


@pytest.mark.parametrize(
    "address", ["/courses/nothing/", ANNOUNCED, f"{COURSE}nothing/", "/courses/nothing/first-look/"]
)
def test_what_is_not_published_is_not_found(visitor, course, address):
    assert visitor.get(address).status_code == 404
    assert visitor.post(f"{address}complete/").status_code in (302, 404, 405)
    assert nothing_kept()


def test_unpublished_course_is_not_found_for_anyone(visitor, course):
    course.unpublish()
    for address in (COURSE, OPEN, LOCKED):
        assert visitor.get(address).status_code == 404
    assert "Chest film" not in visitor.get("/courses/").content.decode()


# --- A lesson ---------------------------------------------------------------------------------------


def test_locked_lesson_opens_to_readers_and_nobody_else(who, visitor, course):
    response = visitor.get(LOCKED)
    text = response.content.decode()
    if who in READERS:
        assert response.status_code == 200
        assert text_of("second-look").html in text
        return
    assert response.status_code == 403
    assert secrets_in(text, shown=window()) == []
    page = soup_of(response)
    assert words(page.h1) == "Second look"
    assert page.select_one(".acts a.btn")["href"] == "/pricing/"
    assert [link.get_text() for link in page.select(".outline a")] == ["First look", "Second look"]
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert nothing_kept()


@pytest.mark.parametrize("who", ["stranger", "learner"])
def test_locked_lesson_shows_objectives_and_first_figure(visitor, course, keep_image):
    first, _ = write_two_figures(keep_image)
    page = soup_of(visitor.get(LOCKED))
    assert words(page.select_one(".lede")) == "Summary of second-look."
    assert words(page.select_one(".head .st")) == "Locked. 5 min. 2 pictures"
    assert [words(item) for item in page.select("ul.tick li")] == ["Find the apex.", "Name it."]
    assert [image["src"] for image in page.select("figure img")] == [first]
    assert "Under the list." not in str(page)
    assert "Another list." not in str(page)


def test_locked_lesson_without_a_list_of_its_own_shows_the_objectives_of_the_course(client, course):
    page = soup_of(client.get(LOCKED))
    assert [words(item) for item in page.select("ul.tick li")] == ["Find the edge", "Name the edge"]
    assert "With the whole course:" in page.get_text()


@pytest.mark.parametrize("who", ["stranger", "learner"])
def test_nothing_of_the_locked_lesson_is_in_any_answer(visitor, course, learner_with_access):
    attempt = start(learner_with_access, course)
    text = text_of("second-look")
    (image,) = text.image_ids
    place, shown = block_id("second-look", 0), window()
    kept = list(LessonProgress.objects.values())
    tries = [
        *(visitor.get(address) for address in ("/", "/courses/", COURSE, OPEN, LOCKED, "/learn/")),
        visitor.get(LOCKED, headers={"HX-Request": "true"}),
        visitor.get("/search/?q=apex+expiration"),
        visitor.get(f"/figures/{text_of('first-look').lesson_id}/{image}/"),
        visitor.post(f"{LOCKED}position/", {"block": place}),
        visitor.post(f"{LOCKED}complete/"),
        visitor.get(f"{COURSE}post-test/"),
        visitor.post(f"{COURSE}post-test/"),
        visitor.get(f"{COURSE}post-test/{attempt.pk}/"),
        visitor.get(f"{COURSE}post-test/{attempt.pk}/?q=2"),
        visitor.post(f"{COURSE}post-test/{attempt.pk}/1/", {"choice": 1}),
        visitor.post(f"{COURSE}post-test/{attempt.pk}/submit/"),
    ]
    for response in tries:
        assert response.status_code in (200, 302, 403, 404)
        body = response.getvalue() if response.streaming else response.content
        # The page that says what is locked shows what stands in its window.
        assert secrets_in(body.decode(), shown=shown if response.status_code == 403 else ()) == []
        assert b"<svg xmlns" not in body
    assert list(LessonProgress.objects.values()) == kept
    assert list(attempt.questions.values_list("answer", flat=True)) == [None] * 4


def test_lesson_page_has_place_in_the_course(client_for, learner_with_access, course):
    page = soup_of(client_for(learner_with_access).get(LOCKED))
    assert words(page.select_one("article .kick")) == "Chest film, lesson 2 of 2, about 5 minutes"
    assert [link["href"] for link in page.select("nav.pn a")] == [OPEN, COURSE]
    assert page.select_one("[aria-current=page]")["href"] == "/courses/"
    assert page.select_one("aside [aria-current=page]")["href"] == LOCKED
    summary = " ".join(page.select_one(".credit summary").get_text().split())
    assert summary == "Left: 2 lessons, the post-test"
    assert [link["href"] for link in page.select(".credit li a")] == [OPEN, LOCKED]


def test_last_lesson_leads_to_the_post_test_when_all_are_read(client_for, learner_with_access, course):
    read_all(learner_with_access, course)
    page = soup_of(client_for(learner_with_access).get(LOCKED))
    assert [link["href"] for link in page.select("nav.pn a")] == [OPEN, f"{COURSE}post-test/"]
    assert page.select_one("form.complete") is None


def test_lesson_page_of_a_stranger_keeps_nothing(client, course):
    page = soup_of(client.get(OPEN))
    assert page.select("script[src*=progress]") == []
    assert page.select_one("[data-progress-url]") is None
    assert page.select_one("p.signin a")["href"] == f"/accounts/login/?next={OPEN}"


def test_lesson_resumes_on_another_device(client_for, learner, course):
    phone, desktop = client_for(learner), client_for(learner)
    place = block_id("first-look", 1)
    assert soup_of(desktop.get(OPEN)).select_one("[data-resume]") is None
    assert phone.post(f"{OPEN}position/", {"block": place}).status_code == 204
    page = soup_of(desktop.get(OPEN))
    assert page.select_one("[data-resume]")["href"] == f"#b-{place}"
    assert page.find(id=f"b-{place}") is not None
    assert soup_of(desktop.get("/learn/")).select_one("section.next a.btn")["href"] == OPEN


def test_lesson_that_was_merely_opened_offers_no_way_back(client_for, learner, course):
    visitor = client_for(learner)
    for index, is_hidden in ((0, True), (1, False)):
        visitor.post(f"{OPEN}position/", {"block": block_id("first-look", index)})
        # It is there in any case: opening the page does not move a place that is kept.
        assert soup_of(visitor.get(OPEN)).select_one(".resume").has_attr("hidden") == is_hidden


# --- Position and completion ------------------------------------------------------------------------


def test_position_is_kept_for_those_who_may_read(who, visitor, request, course):
    place = block_id("second-look", 3)
    response = visitor.post(f"{LOCKED}position/", {"block": place})
    if who not in READERS:
        assert (response.status_code, response.content) == (403, b"")
        assert nothing_kept()
        return
    assert (response.status_code, response.content) == (204, b"")
    progress = LessonProgress.objects.get()
    assert (progress.user, progress.block) == (request.getfixturevalue(who), place)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"block": ""},
        {"block": "garbage"},
        {"block": "<script>alert(1)</script>"},
        {"block": "1" * 5000},
        {"block": str(uuid.UUID(int=0))},
        {"block": block_id("second-look", 0)},
        {"lesson": "1", "user": "2"},
    ],
    ids=["nothing", "empty", "garbage", "script", "long", "nowhere", "another lesson's", "other fields"],
)
def test_position_refuses_garbage(client_for, learner_with_access, course, fields):
    response = client_for(learner_with_access).post(f"{OPEN}position/", fields)
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/plain")
    assert nothing_kept()


def test_complete_goes_on_to_the_next_lesson_and_to_the_test(client_for, learner_with_access, course):
    visitor = client_for(learner_with_access)
    response = visitor.post(f"{OPEN}complete/")
    assert (response.status_code, response["Location"]) == (302, LOCKED)
    response = visitor.post(f"{LOCKED}complete/")
    assert (response.status_code, response["Location"]) == (302, f"{COURSE}post-test/")
    assert LessonProgress.objects.filter(user=learner_with_access, completed_at__isnull=False).count() == 2


def test_complete_the_last_lesson_first_goes_back_to_the_course(client_for, learner_with_access, course):
    response = client_for(learner_with_access).post(f"{LOCKED}complete/")
    assert (response.status_code, response["Location"]) == (302, COURSE)


def test_complete_through_the_pages_own_button(client_for, learner, course):
    visitor = client_for(learner)
    form = soup_of(visitor.get(OPEN)).select_one("form.complete")
    assert (form["method"], form["action"]) == ("post", f"{OPEN}complete/")
    visitor.post(form["action"])
    assert LessonProgress.objects.get().completed_at is not None
    assert soup_of(visitor.get(OPEN)).select_one("form.complete") is None


def test_complete_of_a_locked_lesson_is_refused(client_for, learner, course):
    response = client_for(learner).post(f"{LOCKED}complete/")
    assert response.status_code == 403
    assert nothing_kept()


def test_complete_asks_a_stranger_to_sign_in(client, course):
    response = client.post(f"{OPEN}complete/")
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={OPEN}")
    assert nothing_kept()


def test_post_without_the_token_is_refused(learner, course):
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(learner, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (f"{OPEN}position/", f"{OPEN}complete/"):
        assert visitor.post(address, {"block": block_id("first-look", 0)}).status_code == 403
    assert nothing_kept()


@pytest.mark.parametrize("address", [f"{OPEN}position/", f"{OPEN}complete/"])
def test_opening_an_address_that_writes_leads_to_the_lesson(client_for, learner, course, address):
    response = client_for(learner).get(address)
    assert (response.status_code, response["Location"]) == (302, OPEN)
    assert nothing_kept()


@pytest.mark.parametrize("address", [f"{OPEN}position/", f"{OPEN}complete/"])
@pytest.mark.parametrize("method", ["put", "delete"])
def test_an_address_that_writes_takes_forms_alone(client_for, learner, course, address, method):
    response = getattr(client_for(learner), method)(address)
    assert response.status_code == 405
    assert soup_of(response).select_one("h1").get_text() == "This cannot be opened."
    assert nothing_kept()


@pytest.mark.parametrize("address", ["/", "/courses/", COURSE, OPEN, "/healthz", "/readyz", "/learn/"])
def test_writing_to_a_page_is_refused(client_for, learner, course, address):
    assert client_for(learner).post(address, {"anything": "at all"}).status_code == 405
    assert nothing_kept()


# --- Figures ----------------------------------------------------------------------------------------


def test_figure_opens_with_its_lesson(who, visitor, course, keep_image):
    first, second = write_two_figures(keep_image)
    assert visitor.get(first).status_code == 200  # it stands in the window
    response = visitor.get(second)
    if who not in READERS:
        assert (response.status_code, response.content) == (403, b"This figure opens with its lesson.")
        return
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "private, max-age=604800, immutable"
    assert b'width="140"' in response.getvalue()


def test_figure_of_a_preview_lesson_opens_to_everyone(visitor, course):
    text = text_of("first-look")
    assert visitor.get(f"/figures/{text.lesson_id}/{text.image_ids[0]}/").status_code == 200


def test_figures_of_an_unpublished_course_are_for_authors_alone(who, visitor, course):
    addresses = [
        f"/figures/{text.lesson_id}/{text.image_ids[0]}/" for text in map(text_of, ("first-look", "second-look"))
    ]
    course.unpublish()
    expected = 200 if who in {"author", "admin"} else 404
    assert [visitor.get(address).status_code for address in addresses] == [expected, expected]


@pytest.mark.parametrize(
    "address",
    [
        "/figures/0/0/",
        "/figures/1/999999/",
        f"/figures/1/{'9' * 40}/",
        f"/figures/{'9' * 26}/999999/",
        "/figures/x/1/",
    ],
)
def test_figure_that_is_not_there(visitor, course, address):
    assert visitor.get(address).status_code == 404


# --- Progress survives publishing -------------------------------------------------------------------


def test_published_edit_is_seen_and_progress_stays(client_for, learner_with_access, course):
    read_all(learner_with_access, course)
    write_lesson("second-look", blocks("second-look", ("text", "<p>Edited sentence.</p>")))
    visitor = client_for(learner_with_access)
    response = visitor.get(LOCKED)
    assert "Edited sentence." in response.content.decode()
    assert [sentence for sentence in LOCKED_SENTENCES if sentence in response.content.decode()] == []
    assert soup_of(response).select_one("progress")["value"] == "100"


def test_outline_adds_up_to_the_time_at_a_glance(client, course):
    """Two lessons of five minutes, and a post-test of four questions."""
    type(course).objects.update(minutes=14)
    page = soup_of(client.get(COURSE))
    shown = [int(minutes) for minutes in re.findall(r"(\d+) min", words(page.select_one("section.outline")))]
    assert shown == [5, 5, 4]
    assert "Time, test included" in words(page.select_one(".facts"))
    assert f"{sum(shown)} min" in words(page.select_one(".facts"))


# --- How many questions the database is asked -------------------------------------------------------


def ask(visitor, address: str, count: int, django_assert_num_queries) -> None:
    with django_assert_num_queries(count):
        assert visitor.get(address).status_code == 200


@pytest.mark.parametrize(("who", "count"), [("stranger", 6), ("learner", 7)])
def test_catalogue_query_count(visitor, course, write_course, django_assert_num_queries, count):
    ask(visitor, "/courses/", count, django_assert_num_queries)
    write_course("two", [])
    write_course("three", [])
    ask(visitor, "/courses/", count, django_assert_num_queries)


@pytest.mark.parametrize(
    ("who", "page", "count"),
    [
        # Two of them for the picture that is shown with a link to it, one for the test set beside the post-test; kept
        # with the rest of its page.
        ("stranger", COURSE, 12),
        ("learner", COURSE, 18),
        ("learner_with_access", COURSE, 15),
        ("stranger", OPEN, 3),
        ("learner", OPEN, 8),
        ("learner_with_access", OPEN, 6),
        ("learner_with_access", LOCKED, 6),
    ],
)
def test_course_and_lesson_query_count(visitor, course, django_assert_num_queries, page, count):
    ask(visitor, page, count, django_assert_num_queries)
    authoring.place_lessons(course=course, modules=[("More", [("fourth-look", "Four"), ("fifth-look", "Five")])])
    for slug in ("third-look", "fourth-look", "fifth-look"):
        write_lesson(slug, blocks(slug, ("text", "<p>x</p>")))
    ask(visitor, page, count, django_assert_num_queries)
    assert len(soup_of(visitor.get(OPEN)).select("aside nav a")) == 5


def test_lesson_query_count_is_the_same_with_progress(
    client_for, learner_with_access, course, django_assert_num_queries
):
    read_all(learner_with_access, course)
    # The open attempt is asked for once the post-test is open.
    ask(client_for(learner_with_access), LOCKED, 7, django_assert_num_queries)
    hand_in(learner_with_access, course, right=4)
    ask(client_for(learner_with_access), LOCKED, 7, django_assert_num_queries)


def test_dashboard_query_count(client_for, learner, course, write_course, django_assert_num_queries):
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    ask(client_for(learner), "/learn/", 17, django_assert_num_queries)
    for slug in ("two", "three"):
        write_course(slug, [("M", [(f"{slug}-lesson", "L")])])
        write_lesson(f"{slug}-lesson", blocks(slug, ("text", "<p>x</p>")), is_preview=True)
        reading.complete_lesson(user=learner, text=text_of(f"{slug}-lesson"))
    ask(client_for(learner), "/learn/", 17, django_assert_num_queries)
    assert len(get_studies(learner)) == 3
    assert Lesson.objects.filter(live=True).count() == 4
