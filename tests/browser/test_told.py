"""What machines are told of a page stands in it as a block of data, which the strict policy lets stand."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ONE_SIZE, Academy

pytestmark = pytest.mark.browser

COURSE = "/courses/breast-calcifications/"
PAGES = ["/", "/courses/", COURSE, f"{COURSE}what-calcifications-are/", "/guides/"]


@ONE_SIZE
def test_browser_has_nothing_against_the_data(academy: Academy, new_device: Callable[..., Page]) -> None:
    page, told = new_device(), []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    for address in PAGES:
        answer = page.goto(academy.url + address)
        assert answer is not None
        policy = [rule.strip() for rule in answer.headers["content-security-policy"].split(";")]
        assert "script-src 'self'" in policy
        data = page.locator("script[type='application/ld+json']").text_content()
        assert json.loads(data or "")["@context"] == "https://schema.org"
    assert told == []
