"""What everyone reads, and where."""

from collections import Counter
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.rich_text import RichText

from courses.models import Lesson
from guides.models import Guide
from tests.guides.writing import FILE, load_guide, relate


def read(client: Any, address: str = "/guides/edge/") -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def words(found: Any) -> str:
    return " ".join(found.get_text(" ").split())


def publish(guide: Guide, **fields: object) -> Guide:
    for name, value in fields.items():
        setattr(guide, name, value)
    guide.save_revision().publish()
    return Guide.objects.get(pk=guide.pk)


def test_stranger_reads_a_guide(client, guide):
    page = read(client)
    assert page.h1.string == "The edge of the lung"
    assert page.title.string == "The edge of the lung · eScan Academy"
    assert page.find("meta", {"name": "description"})["content"] == guide.summary
    assert page.find("link", {"type": "application/rss+xml"})["href"] == "/guides/feed/"


def test_contents_lead_to_the_headings(client, guide):
    page = read(client)
    contents = ["#what-it-is", "#what-people-ask", "#for-patients", "#references"]
    for place in ("aside", ".contents"):
        assert [link["href"] for link in page.select(f"{place} a")] == contents
    assert [page.find(id=link[1:]).name for link in contents] == ["h2"] * 4
    assert words(page.find(id="is-every-line-an-edge").find_next("p")) == "No. A skin fold ends somewhere ."


def test_headings_of_one_name_are_told_apart(client, root):
    load_guide(root, FILE.replace("### On a supine film", "## What it is"))
    contents = [link["href"] for link in read(client).select("aside a")]
    assert contents[:2] == ["#what-it-is", "#what-it-is-2"]


def test_no_id_of_the_page_is_given_twice(client, guide):
    figure = next(block for block in guide.body if block.block_type == "figure")
    headings = "".join(f"<h2>{words}</h2>" for words in ("Main", "Viewer title", f"b {figure.id}", "Main"))
    guide.body.insert(0, ("text", RichText(headings)))
    publish(guide)
    page = read(client)
    ids = [found["id"] for found in page.find_all(id=True)]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    contents = [link["href"] for link in page.select("aside a")][:4]
    assert contents == ["#main-2", "#viewer-title-2", f"#b-{figure.id}-2", "#main-3"]
    assert page.select_one("main")["id"] == "main"


def test_guide_leads_to_courses_price_and_lessons(client, guide, settings):
    settings.PRICE_AMOUNT = 8100
    page = read(client)
    offer = page.select_one(".offer")
    assert offer.p.get_text() == "Learn to see it."
    assert [link["href"] for link in offer.select("a")] == ["/courses/", "/pricing/"]
    assert "$81" in offer.get_text()
    assert [link["href"] for link in page.select(".related a")] == ["/courses/chest-film/first-look/"]


def test_lesson_that_was_taken_off_is_no_longer_led_to(client, guide):
    Lesson.objects.get(slug="first-look").unpublish()
    assert read(client).select(".related") == []


def test_reference_leads_to_its_doi(client, guide):
    assert [link["href"] for link in read(client).select(".refs a")] == ["https://doi.org/10.1000/edges.1"]


def test_guide_says_that_nobody_reviewed_it_until_somebody_did(client, guide):
    assert "By eScan Academy. Not yet reviewed by a physician." in words(read(client).select_one(".byline"))
    publish(guide, reviewer="Ada Lindqvist, MD", reviewed_on=date(2026, 11, 2))
    byline = words(read(client).select_one(".byline"))
    assert "Medically reviewed by Ada Lindqvist, MD on" in byline
    assert "on 2 November 2026." in byline
    assert "Not yet" not in byline


def test_list_names_what_is_published_in_order(client, root, guide):
    load_guide(root, FILE.replace("position: 1", "position: 0"), slug="fold")
    assert [link["href"] for link in read(client, "/guides/").select("ol.toc a")] == ["/guides/fold/", "/guides/edge/"]
    for row in Guide.objects.all():
        row.unpublish()
    page = read(client, "/guides/")
    assert page.select("ol.toc a") == []
    assert "No guide is published yet." in page.get_text()


def test_guide_that_was_taken_off_is_not_found(client, guide):
    guide.unpublish()
    for address in ("/guides/edge/", f"/guides/figures/{guide.pk}/{guide.rendering.image_ids[0]}/"):
        assert client.get(address).status_code == 404
    assert feed(client) == []


def test_draft_is_nobodys(client, client_for, admin, guide):
    guide.title = "Another title"
    guide.save_revision()
    for reader in (client, client_for(admin)):
        assert read(reader).h1.string == "The edge of the lung"


def test_picture_is_a_file_of_the_guide(client, guide):
    [picture] = read(client).select("figure img")
    answer = client.get(picture["src"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert picture["alt"] == "A white line below the apex."


def test_old_address_leads_to_the_present_one(client, guide):
    for slug in ("rim", "border"):
        guide = publish(guide, slug=slug)
    for old in ("edge", "rim"):
        answer = client.get(f"/guides/{old}/?from=mail")
        assert (answer.status_code, answer["Location"]) == (301, "/guides/border/?from=mail")
    assert client.get("/guides/border/").status_code == 200
    guide.unpublish()
    assert client.get("/guides/edge/").status_code == 404


def test_address_of_before_may_get_another_owner(client, root, guide):
    publish(guide, slug="rim")
    publish(load_guide(root, FILE, slug="fold"), slug="edge")
    assert client.get("/guides/edge/").status_code == 200
    assert client.get("/guides/fold/")["Location"] == "/guides/edge/"


@pytest.mark.parametrize("address", ["/edge/", "/guides/guides/", "/guides/guides/edge/", "/guides/edge/edge/"])
def test_wagtail_serves_nothing_at_addresses_of_its_own(client, guide, address):
    assert client.get(address).status_code == 404


def test_guide_asks_the_database_as_often_for_two_lessons(client, root, guide, django_assert_num_queries):
    with django_assert_num_queries(3):  # the guide, the pictures of its card, and its lessons
        client.get("/guides/edge/")
    load_guide(root, relate(FILE, "chest-film/first-look", "chest-film/second-look"))
    with django_assert_num_queries(3):
        assert len(read(client).select(".related a")) == 2


def test_list_asks_the_database_as_often_for_three(client, root, guide, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/guides/")
    for slug in ("fold", "rim"):
        load_guide(root, FILE, slug=slug)
    with django_assert_num_queries(1):
        assert len(read(client, "/guides/").select("ol.toc a")) == 3


@pytest.mark.parametrize("address", ["/guides/", "/guides/edge/"])
def test_stranger_costs_no_query(client, guide, settings, django_assert_num_queries, address):
    settings.PAGE_CACHE_SECONDS = 10
    first = client.get(address)
    client.cookies.clear()
    with django_assert_num_queries(0):
        again = client.get(address)
    assert again.content == first.content
    assert again.headers["Vary"] == "Cookie"


# --- What machines are told -------------------------------------------------------------------------


def feed(client: Any) -> Any:
    answer = client.get("/guides/feed/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    return fromstring(answer.content).findall("channel/item")


def test_feed_names_the_newest_first(client, root, guide):
    load_guide(root, FILE.replace("title: ", "title: Fold & "), slug="fold")
    newest, oldest = feed(client)
    assert newest.findtext("title") == "Fold & The edge of the lung"
    assert newest.findtext("link") == "http://testserver/guides/fold/"
    assert newest.findtext("description") == guide.summary
    assert oldest.findtext("link") == "http://testserver/guides/edge/"
    assert parsedate_to_datetime(oldest.findtext("pubDate")) == guide.first_published_at.replace(microsecond=0)


def test_sitemap_names_the_guides(client, guide):
    sitemap = fromstring(client.get("/sitemap.xml").content)
    rows = {row.findtext("{*}loc"): row.findtext("{*}lastmod") for row in sitemap}
    assert rows["http://testserver/guides/edge/"] == f"{timezone.now():%Y-%m-%d}"
    assert "http://testserver/guides/" in rows
    guide.unpublish()
    assert b"/guides/edge/" not in client.get("/sitemap.xml").content


@pytest.mark.parametrize("path", ["/sitemap.xml", "/guides/feed/", "/robots.txt", "/guides/edge/"])
def test_machines_are_told_the_academys_own_address(client, guide, settings, path):
    settings.SITE_URL = "https://academy.example.org"
    told = client.get(path, headers={"Host": "localhost:8123"}).content.decode()
    assert "https://academy.example.org/" in told
    assert "localhost" not in told


def test_robots_may_read_guides(client):
    assert "/guides/" not in client.get("/robots.txt").content.decode()
