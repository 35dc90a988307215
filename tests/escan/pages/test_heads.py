"""What home, catalogue, course and lesson tell engines and who gets a link to them."""

import re
from decimal import Decimal

import pytest

from core.cards import Card
from courses.writing.blocks import find_pictures
from escan.pages.courses import get_course_page
from tests.course_fixtures import FACULTY
from tests.told import canonical, meta, read_page, things_of

SITE = "http://testserver"
COURSE, OPEN, LOCKED = "/courses/chest-film/", "/courses/chest-film/first-look/", "/courses/chest-film/second-look/"


@pytest.mark.parametrize("address", ["/", "/courses/", COURSE, OPEN])
def test_page_has_one_address_title_description_and_picture(client, course, address: str) -> None:
    page = read_page(client, f"{address}?utm_source=mail")
    assert canonical(page) == meta(page, "og:url") == f"{SITE}{address}"
    assert page.title.string
    assert meta(page, "og:title")
    assert meta(page, "og:description") == meta(page, "description") != ""
    picture = meta(page, "og:image").removeprefix(SITE)
    assert picture == "/static/img/share.png" or client.get(picture).headers["Content-Type"] == "image/png"


def test_titles_name_the_academy_in_the_tab_alone(client, course) -> None:
    pages = {address: read_page(client, address) for address in ("/", "/courses/", COURSE, OPEN)}
    assert {address: (page.title.string, meta(page, "og:title")) for address, page in pages.items()} == {
        "/": ("eScan Academy: radiology courses with CME credit", "Learn what to see. Then say what it means."),
        "/courses/": ("Courses: eScan Academy", "Courses"),
        COURSE: ("Chest film: eScan Academy", "Chest film"),
        OPEN: ("First look: Chest film", "First look"),
    }


def test_locked_lesson_is_told_to_nobody(client, client_for, learner_with_access, course) -> None:
    for page in (client.get(LOCKED), client_for(learner_with_access).get(LOCKED)):
        html = page.content.decode()
        assert not [word for word in ("canonical", "og:", "ld+json") if word in html]
    assert "<title>Second look: Chest film</title>" in html


def test_members_and_strangers_are_told_the_same(client, client_for, learner_with_access, course) -> None:
    member = client_for(learner_with_access)
    for address in ("/", "/courses/", COURSE, OPEN):
        assert things_of(read_page(member, address)) == things_of(read_page(client, address))


def test_home_is_the_academy_and_its_site(client, course) -> None:
    told = things_of(read_page(client, "/"))
    assert told["EducationalOrganization"]["name"] == told["WebSite"]["name"] == "eScan Academy"
    assert told["EducationalOrganization"]["url"] == told["WebSite"]["url"] == f"{SITE}/"
    assert told["WebSite"]["publisher"] == {"@id": told["EducationalOrganization"]["@id"]}
    logo = told["EducationalOrganization"]["logo"]
    assert logo == f"{SITE}/static/img/icon-512.png"


def test_catalogue_lists_the_courses(client, course, write_course) -> None:
    write_course("second", [], position=1)
    told = things_of(read_page(client, "/courses/"))["CollectionPage"]["mainEntity"]
    assert [(item["position"], item["url"]) for item in told["itemListElement"]] == [
        (1, f"{SITE}{COURSE}"),
        (2, f"{SITE}/courses/second/"),
    ]


def test_course_is_told_as_its_row_has_it(client, course) -> None:
    told = things_of(read_page(client, COURSE))["Course"]
    assert told["name"] == "Chest film"
    assert told["description"] == "Read the edges of the lung."
    assert told["teaches"] == ["Find the edge", "Name the edge"]
    assert told["audience"] == {"@type": "Audience", "audienceType": "Residents"}
    assert told["timeRequired"] == told["hasCourseInstance"]["courseWorkload"] == "PT30M"
    assert told["hasCourseInstance"]["courseMode"] == "Online"
    assert told["provider"]["name"] == "eScan Academy"


@pytest.mark.parametrize(("amount", "currency", "price"), [(7900, "usd", "79.00"), (7900, "jpy", "7900")])
def test_offer_is_the_price_of_today(client, course, settings, amount: int, currency: str, price: str) -> None:
    settings.PRICE_AMOUNT, settings.PRICE_CURRENCY = amount, currency
    offer = things_of(read_page(client, COURSE))["Course"]["offers"]
    assert (offer["price"], offer["priceCurrency"]) == (price, currency.upper())
    assert Decimal(offer["price"]) == Decimal(price)
    assert offer["url"] == f"{SITE}/pricing/"


def test_no_person_rating_or_provider_is_told_of_a_course(client, course) -> None:
    told = str(things_of(read_page(client, COURSE)))
    assert FACULTY["name"] not in told
    assert not [word for word in ("Rating", "review", "Person", "instructor", "redit") if word in told]


def test_open_lesson_is_a_part_of_its_course(client, course) -> None:
    told = things_of(read_page(client, OPEN))
    assert told["LearningResource"]["isPartOf"]["@id"] == f"{SITE}{COURSE}"
    assert told["LearningResource"]["timeRequired"] == "PT5M"
    steps = told["BreadcrumbList"]["itemListElement"]
    assert [step["item"].removeprefix(SITE) for step in steps] == ["/", "/courses/", COURSE, OPEN]


def test_picture_of_a_course_shows_what_everyone_may_see(client, preview_lesson) -> None:
    """Its other figure is in a lesson that needs access."""
    (figure,) = find_pictures(preview_lesson.body)
    assert get_course_page("chest-film").card == Card("Course", "Chest film", figure.file.name)
    shown = meta(read_page(client, COURSE), "og:image")
    preview_lesson.is_preview = False
    preview_lesson.save(update_fields=["is_preview"])
    assert get_course_page("chest-film").card.figure == ""
    assert client.get(shown.removeprefix(SITE)).headers["Location"] != shown


def test_robots_may_fetch_the_pictures(client, course) -> None:
    picture = meta(read_page(client, COURSE), "og:image").removeprefix(SITE)
    told = client.get("/robots.txt").content.decode().splitlines()
    closed = [line.removeprefix("Disallow: ") for line in told if line.startswith("Disallow: ")]
    # As robots read it: a star is whatever stands there.
    assert closed
    assert not [path for path in closed if re.match(re.escape(path).replace(r"\*", ".*"), picture)]
