"""An author writes a guide in the studio; a stranger reads it on a phone, and finds it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy, see
from tests.browser.test_authoring import SAVED, fill, publish, watched
from tests.browser.test_journey import sign_in
from tests.browser.test_studio import kept, write

pytestmark = [pytest.mark.browser, ONE_SIZE]

TITLE = "The edge of the lung"
EDITOR = ".public-DraftEditor-content"
STANDS = "text => [...document.querySelectorAll('form input[type=hidden]')].some(field => field.value.includes(text))"


def add_block(page: Page, name: str) -> None:
    """At the end."""
    page.locator("[data-contentpath=body] > * .c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def type_last(page: Page, text: str) -> None:
    """Into the last rich text; its editor writes it into the form a moment later."""
    write(page, page.locator("[data-contentpath=body]").locator(EDITOR).last, text)
    page.wait_for_function(STANDS, arg=text)


def test_author_writes_a_guide_and_a_stranger_finds_it(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    author, stranger = watched(new_device()), new_device()
    academy.do_without_review()
    sign_in(author, academy, "author@example.org")
    write_guide(author, academy)
    stranger.goto(f"{academy.url}/guides/the-edge-of-the-lung/")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("There is nothing here.")
    mend_and_publish(author)
    read_guide(stranger, academy, size)
    find_guide(stranger, academy, size)


def write_guide(page: Page, academy: Academy) -> None:
    page.goto(f"{academy.url}/studio/guides/")
    page.get_by_role("link", name=re.compile("Add guide", re.IGNORECASE)).first.click()
    expect(page.locator("html[data-watched]")).to_be_attached()
    fill(page, title=TITLE, summary="What a thin white line at the apex is.")
    body = page.locator("[data-contentpath=body]")
    add_block(page, "Text")
    body.locator(EDITOR).last.click()
    page.keyboard.type("## What it is")
    expect(body.locator(EDITOR).locator("h2")).to_have_text("What it is")
    page.keyboard.press("Enter")
    type_last(page, "A thin line with no vessels beyond it.")
    add_block(page, "Questions and answers")
    body.locator("input[name$=question]").fill("Is every line an edge?")
    type_last(page, "No. A skin fold ends somewhere.")
    add_block(page, "References")
    type_last(page, "Author A. Edges. doi:10.10")
    kept(page)
    page.locator("footer").get_by_role("button", name="Publish").first.click()
    expect(page.locator(".messages")).to_contain_text("“10.10” is no DOI", timeout=SAVED)


def mend_and_publish(page: Page) -> None:
    type_last(page, "00/edges.1")
    publish(page)


def read_guide(page: Page, academy: Academy, size: str) -> None:
    page.goto(academy.url)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Guides").click()
    see(page, "guides", size=size)
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".byline")).to_contain_text("Not yet reviewed by a physician.")
    see(page, "guide", size=size)
    page.locator(".contents summary").click()
    page.locator(".contents").get_by_role("link", name="References").click()
    expect(page).to_have_url(re.compile("#references$"))
    doi = page.locator(".refs a")
    expect(doi).to_have_attribute("href", "https://doi.org/10.1000/edges.1")


def find_guide(page: Page, academy: Academy, size: str) -> None:
    page.goto(f"{academy.url}/search/?q=skin+fold+ends")
    hit = page.get_by_role("link", name="Is every line an edge?")
    expect(page.locator(".hits")).to_contain_text(TITLE)
    see(page, "guide-found", size=size)
    hit.click()
    expect(page).to_have_url(re.compile(r"/guides/the-edge-of-the-lung/#b-"))
    expect(page.get_by_role("heading", name="Is every line an edge?")).to_be_in_viewport()
