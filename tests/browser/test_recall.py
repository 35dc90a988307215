"""A check that is missed comes into recall; the page of what comes next is drawn and told in words."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy, see
from tests.browser.test_journey import COURSE, sign_in

pytestmark = pytest.mark.browser


@ONE_SIZE
def test_missed_check_comes_back(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "administrator@example.org")
    page.goto(f"{academy.url}/learn/recall/")
    see(page, "recall-empty", size=size)
    page.goto(f"{academy.url}{COURSE}macro-and-microcalcifications/")
    check = page.locator(".lesson-check").first
    pad = check.locator(".pad[role=application]")
    again = check.get_by_role("link", name="Answer again")
    expect(pad.or_(again)).to_be_visible()
    if again.is_visible():  # the other size came first
        again.click()
    pad.focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    unsure = check.get_by_role("checkbox", name="I am not sure")
    unsure.focus()
    page.keyboard.press("Space")
    expect(unsure).to_be_checked()
    check.get_by_role("button", name="Answer").press("Enter")
    expect(check.get_by_role("status")).to_have_text(re.compile("Check yourself:\\s*not right"))

    page.goto(f"{academy.url}/learn/recall/")
    expect(page.get_by_text("Nothing is due today.")).to_be_visible()
    expect(page.locator(".forecast rect")).to_have_count(1)
    page.get_by_text("In words").press("Enter")
    expect(page.locator(".forecast .lines li")).to_have_text(re.compile(r"\w+, \d+ \w+\s+1 question"))
    see(page, "recall", size=size)
