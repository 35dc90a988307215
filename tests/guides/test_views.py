"""What everyone reads."""

from typing import Any

from bs4 import BeautifulSoup


def read(client: Any, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_stranger_reads_a_guide(client, guide):
    page = read(client, "/guides/edge/")
    assert page.h1.string == "The edge of the lung"
    assert page.title.string == "The edge of the lung · eScan Academy"
    assert page.find("meta", {"name": "description"})["content"] == guide.summary
    contents = ["#what-it-is", "#what-people-ask", "#for-patients", "#references"]
    assert [link["href"] for link in page.select("aside a")] == contents
    assert [page.find(id=link[1:]).name for link in contents] == ["h2"] * 4
    assert page.find(id="is-every-line-an-edge").find_next("p").get_text() == "No. A skin fold ends somewhere."


def test_guide_leads_to_courses_price_and_lessons(client, guide):
    page = read(client, "/guides/edge/")
    offer = page.select_one(".offer")
    assert offer.p.get_text() == "Learn to see it."
    assert [link["href"] for link in offer.select("a")] == ["/courses/", "/pricing/"]
    assert "$79" in offer.get_text()
    assert [link["href"] for link in page.select(".related a")] == ["/courses/chest-film/first-look/"]


def test_list_names_what_is_published(client, guide):
    assert [link["href"] for link in read(client, "/guides/").select("ol.toc a")] == ["/guides/edge/"]
    guide.unpublish()
    assert read(client, "/guides/").select("ol.toc a") == []
    assert client.get("/guides/edge/").status_code == 404
