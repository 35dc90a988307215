"""A check in a lesson without the network: its answer is kept, and sent when the network is back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ONE_SIZE, Academy
from tests.browser.test_journey import COURSE, sign_in

pytestmark = pytest.mark.browser

WITH_NUMBER = "cancer-dcis-and-stage"
"""A lesson whose check asks for a number also of those who read images."""


def asked(page: Page) -> Locator:
    check = page.locator(".lesson-check:has(.number)").first  # asked and told
    field, again = check.locator("[name=value]"), check.get_by_role("link", name="Answer again")
    expect(field.or_(again)).to_be_visible()
    if again.is_visible():  # the other size came first
        again.click()
    expect(field).to_be_visible()
    return check


@ONE_SIZE
@pytest.mark.parametrize("is_closed", [False, True], ids=["stays", "closed"])
def test_answer_waits_for_the_network(
    academy: Academy, new_device: Callable[..., Page], size: str, is_closed: bool
) -> None:
    page = new_device()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    sign_in(page, academy, "author@example.org")
    lesson = f"{academy.url}{COURSE}{WITH_NUMBER}/"
    page.goto(lesson)
    check = asked(page)
    check.locator("[name=value]").fill("two")
    check.get_by_role("button", name="Answer").click()
    expect(check.locator("form .flash.error")).to_be_visible()
    page.context.set_offline(True)
    given = "11" if is_closed else "10"
    check.locator("[name=value]").fill(given)
    expect(check.locator("form .flash.error")).to_have_count(0)
    check.get_by_role("button", name="Answer").click()
    expect(check.locator(".unsent")).to_be_visible()
    assert not [line for line in told if "htmx" in line]
    if is_closed:
        page.goto("about:blank")
    page.context.set_offline(False)
    if is_closed:
        page.goto(lesson)
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('escan:check'))")
    expect(check.get_by_role("status")).to_contain_text("Check yourself:")
    expect(check.locator("dl.number dd").first).to_have_text(re.compile(given))


@ONE_SIZE
def test_strangers_check_comes_when_it_is_reached(academy: Academy, new_device: Callable[..., Page]) -> None:
    """By keyboard too: what had the focus is replaced, and the focus stays in its place."""
    page = new_device()
    page.goto(f"{academy.url}{COURSE}")
    page.goto(f"{academy.url}{page.locator('.outline a').first.get_attribute('href')}")
    check = page.locator(".lesson-check").first
    expect(check.get_by_role("link", name="Answer a question on this part")).to_have_count(1)
    check.get_by_role("link").focus()
    expect(check.get_by_role("button", name="Answer")).to_be_visible()
    expect(check.locator(".kick")).to_be_focused()
