"""An author begins a course with its parts, duplicates a lesson, archives and restores lessons and modules."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Academy
from tests.browser.test_outline import look_closely
from tests.browser.test_outline import row as row_of
from tests.browser.test_studio import TOLD, kept
from tests.browser.test_studio import author as author

pytestmark = pytest.mark.browser


def shown(page: Page) -> Locator:
    return page.locator("[data-lesson] .outline-title")


def save(page: Page) -> None:
    page.locator("footer").get_by_role("button", name="More actions").first.click()
    page.get_by_role("button", name="Save draft").click()


def test_author_acts_on_a_course(academy: Academy, author: Page, new_device: Callable[..., Page], size: str) -> None:
    # From the home to a course of one's own, which begins with its parts.
    author.goto(f"{academy.url}/studio/")
    author.get_by_role("link", name="Add a course").click()
    expect(author.locator("html[data-watched]")).to_be_attached()
    expect(author.get_by_label("With a first module and a lesson with its parts")).to_be_checked()
    author.locator("#id_title").fill(f"Acts on the {size}")
    author.keyboard.press("Tab")
    for name, value in {"summary": "What is done to it.", "audience": "Residents", "minutes": "20"}.items():
        author.locator(f"#id_{name}").fill(value)
    kept(author)
    save(author)
    author.locator(".messages").get_by_role("link", name="Outline of the course").click()
    expect(shown(author)).to_have_text(["First lesson"])
    expect(author.locator("#outline-faults")).to_contain_text("Still to be written")

    # A lesson is duplicated, archived and restored.
    row_of(author, "First lesson").get_by_role("link", name="Duplicate First lesson").click()
    author.get_by_role("button", name="Duplicate").click()
    expect(shown(author)).to_have_text(["First lesson", "First lesson (copy)"])
    row_of(author, "First lesson").get_by_role("link", name="Archive First lesson").click()
    expect(author.get_by_text("Learners do not see it now: nothing of it is published.")).to_be_visible()
    look_closely(author, "archive-lesson", size=size)
    author.get_by_role("button", name="Archive").click()
    expect(shown(author)).to_have_text(["First lesson (copy)"])
    author.locator(".outline-archived summary").click()
    expect(author.locator(".outline-archived .outline-title")).to_have_text(["First lesson"])
    author.get_by_role("button", name="Restore First lesson").click()
    expect(shown(author)).to_have_text(["First lesson (copy)", "First lesson"])

    # A module goes with its lessons, and stays away while the page is looked at.
    author.get_by_role("link", name="Archive First module").click()
    author.get_by_role("button", name="Archive").click()
    expect(shown(author)).to_have_count(0)
    author.locator(".outline-archived summary").click()
    look_closely(author, "outline-archived", size=size)
    author.locator(".outline-archived summary").click()
    author.get_by_role("button", name="Restore First module").click()
    expect(shown(author)).to_have_count(2)
    assert TOLD[author] == []
