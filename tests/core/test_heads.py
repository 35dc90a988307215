"""What machines are told of a page."""

import json
from datetime import UTC, datetime

from bs4 import BeautifulSoup

from core.heads import Head, absolute, as_json, describe_way

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def tags_of(head: Head) -> BeautifulSoup:
    return BeautifulSoup(head.tags, "html.parser")


def test_nothing_in_a_block_of_data_ends_it() -> None:
    told = {"name": "</script><!-- <b> & “é” \u2028"}
    written = as_json(told)
    assert not {"<", ">", "&"} & set(written)
    assert json.loads(written) == told


def test_data_in_the_page_is_what_was_said() -> None:
    head = Head("T", "D", name='A "name" & <more>', path="/here/", things=({"@type": "Thing", "name": "</script>"},))
    page = tags_of(head)
    assert json.loads(str(page.script.string)) == {
        "@context": "https://schema.org",
        "@graph": [{"@type": "Thing", "name": "</script>"}],
    }
    assert page.script["type"] == "application/ld+json"
    assert page.find("meta", property="og:title")["content"] == 'A "name" & <more>'


def test_page_that_nobody_is_told_of_has_no_tags() -> None:
    assert Head("Title", "Description").tags == ""


def test_page_and_article_are_told_apart() -> None:
    page = tags_of(Head("T", "D", name="N", path="/"))
    assert page.find("meta", property="og:type")["content"] == "website"
    assert page.find("meta", property="article:published_time") is None
    article = tags_of(Head("T", "D", name="N", path="/", published_at=AT, modified_at=AT))
    assert article.find("meta", property="og:type")["content"] == "article"
    assert article.find("meta", property="article:published_time")["content"] == "2026-11-28T12:00:00+00:00"


def test_addresses_are_whole(settings) -> None:
    settings.SITE_URL = "https://academy.example.org"
    assert absolute("/guides/") == "https://academy.example.org/guides/"
    assert absolute("https://files.example.org/a.png") == "https://files.example.org/a.png"
    steps = describe_way(("Guides", "/guides/"))["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Home", "https://academy.example.org/"),
        (2, "Guides", "https://academy.example.org/guides/"),
    ]
