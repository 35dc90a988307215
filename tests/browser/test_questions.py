"""Questions of every kind: without the network nothing is lost, and a place is marked by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Academy, RightAnswers, give_answer, see
from tests.browser.test_journey import COURSE, sign_in

pytestmark = pytest.mark.browser


def open_pre_test(page: Page, academy: Academy) -> str:
    """The pre-test waits for no lesson, and the author may open everything. Returns its address."""
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}{COURSE}pre-test/")
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/post-test/\d+/"))
    return page.url.partition("?")[0]


def test_nothing_is_lost_without_the_network(
    academy: Academy, new_device: Callable[..., Page], size: str, right_answers: RightAnswers
) -> None:
    page = new_device()
    attempt = open_pre_test(page, academy)
    rightly = size == "phone"  # so that the second size finds another answer than the first left
    page.goto(f"{attempt}?q=1")
    see(page, "pre-test-question", size=size)
    page.context.set_offline(True)
    give_answer(page, right_answers, rightly=rightly)
    expect(page.locator("#kept-here")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#hand-in-waits")).to_be_visible()
    expect(page).to_have_url(f"{attempt}?q=1")
    # The laptop is closed and opened again: the page is loaded anew, on the network.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{attempt}?q=1")
    expect(page.locator("#attempt-state .qnav a").first).to_have_class("ans")
    expect(page.locator("#kept-here")).to_be_hidden()
    # The second size finds the question answered, so the mark alone does not say that this answer has arrived.
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('escan:answers'))")
    # Back without loading the page: it is sent by itself, and another device sees it.
    page.goto(f"{attempt}?q=2")
    page.context.set_offline(True)
    give_answer(page, right_answers, rightly=rightly)
    expect(page.locator("#kept-here")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#kept-here")).to_be_hidden(timeout=20_000)
    other = new_device()
    sign_in(other, academy, "author@example.org")
    other.goto(f"{attempt}?q=2")
    expect(other.locator(".qnav a").nth(1)).to_have_class("ans")


def test_place_is_marked_by_keyboard_alone(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """In a lesson's check: the crosshair goes from the middle to the third disc, which is right."""
    page = new_device()
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}{COURSE}macro-and-microcalcifications/")
    check = page.locator(".lesson-check")
    pad, again = check.locator(".pad[role=application]"), check.get_by_role("link", name="Answer again")
    expect(pad.or_(again)).to_be_visible()  # it comes by a request of its own
    if again.is_visible():
        again.click()
    pad.focus()
    for _ in range(18):
        page.keyboard.press("ArrowRight")
    expect(check.locator("[data-told]")).to_have_text("Crosshair at 68 percent across, 50 percent down.")
    page.keyboard.press("Enter")
    expect(check.locator("[data-told]")).to_have_text("Marked at 68 percent across, 50 percent down.")
    check.get_by_role("button", name="Answer").focus()
    see(page, "check-place", size=size)
    page.keyboard.press("Enter")
    expect(check.get_by_role("status")).to_have_text(re.compile("Check yourself:\\s*right"))
    see(page, "check-place-told", size=size)
