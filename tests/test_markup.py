"""The judges themselves: what is wrong is found."""

import copy
from typing import Any

import pytest

from tests.markup import find_lacks

SITE = "https://academy.example.org"
STEP: dict[str, Any] = {"@type": "ListItem", "position": 1, "name": "Home", "item": f"{SITE}/"}
WAY = {"@type": "BreadcrumbList", "itemListElement": [STEP, {**STEP, "position": 2}]}
WEBSITE = {
    "@type": "WebSite",
    "@id": f"{SITE}/#site",
    "name": "A",
    "url": SITE,
    "publisher": {"@id": f"{SITE}/#academy"},
}
ACADEMY = {
    "@type": "EducationalOrganization",
    "@id": f"{SITE}/#academy",
    "name": "A",
    "url": SITE,
    "logo": f"{SITE}/a.png",
}
GRAPH: dict[str, Any] = {"@context": "https://schema.org", "@graph": [WAY, WEBSITE, ACADEMY]}


def test_nothing_lacks_where_everything_is_told() -> None:
    assert find_lacks(GRAPH) == []


@pytest.mark.parametrize(
    ("node", "changes", "lack"),
    [
        (1, {"name": ""}, "WebSite has no name"),
        (1, {"publisher": {"@id": f"{SITE}/#nobody"}}, f"{SITE}/#nobody is nowhere in the page"),
        (1, {"url": "/"}, "WebSite: url is no whole address"),
        (2, {"logo": None}, "EducationalOrganization has no logo"),
        (0, {"itemListElement": [STEP]}, "BreadcrumbList has fewer than 2 entries"),
        (0, {"itemListElement": [STEP, STEP]}, "BreadcrumbList is out of order"),
        (
            0,
            {"itemListElement": [STEP, {"@type": "ListItem", "position": 2, "name": "x"}]},
            "BreadcrumbList has an entry that leads nowhere",
        ),
        (1, {"datePublished": "2026-11-28T10:00:00"}, "WebSite: datePublished has no time zone"),
    ],
)
def test_what_lacks_is_found(node: int, changes: dict[str, Any], lack: str) -> None:
    graph = copy.deepcopy(GRAPH)
    graph["@graph"][node].update(changes)
    assert lack in find_lacks(graph)
