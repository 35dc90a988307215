"""What a page tells machines, as they read it."""

import json
from typing import Any

from bs4 import BeautifulSoup

Thing = dict[str, Any]
DATA = "application/ld+json"


def read_page(client: Any, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.content, "html.parser")


def meta(page: BeautifulSoup, name: str) -> str:
    """The one value of a meta tag, by its name or property."""
    (found,) = page.find_all("meta", attrs={"name": name}) + page.find_all("meta", attrs={"property": name})
    return str(found["content"])


def canonical(page: BeautifulSoup) -> str:
    (link,) = page.find_all("link", rel="canonical")
    return str(link["href"])


def graph_of(page: BeautifulSoup) -> dict[str, Any]:
    (block,) = page.find_all("script", type=DATA)
    graph: dict[str, Any] = json.loads(str(block.string))
    assert list(graph) == ["@context", "@graph"]
    return graph


def things_of(page: BeautifulSoup) -> dict[str, Thing]:
    """By their types, which a page has once each."""
    things = graph_of(page)["@graph"]
    by_type = {thing["@type"]: thing for thing in things}
    assert len(by_type) == len(things)
    return by_type
