"""From signing in to a certificate with Tab, Enter, Space and arrows alone. Wherever the focus stands, it is seen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Academy, find_entry, read_right_answers
from tests.browser.test_everybody import faults
from tests.browser.test_journey import pay, sign_up

pytestmark = pytest.mark.browser

EMAIL = "keyboard@example.org"
COURSE = "breast-density"
LESSONS = 5
# What a reader with a keyboard sees of where the focus stands: an outline, on the screen, with nothing in front of it.
HIDDEN_FOCUS = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const name = focused.outerHTML.slice(0, 120), style = getComputedStyle(focused), [box] = focused.getClientRects();
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return `no outline: ${name}`;
    if (!box || box.width < 2) return `no place: ${name}`;
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `not on the screen: ${name}`;
    const front = document.elementFromPoint(x, y);
    if (focused.contains(front) || front.contains(focused)) return null;
    return `behind ${front.outerHTML.slice(0, 80)}: ${name}`;
}"""


@pytest.fixture(params=["desktop"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Keyboard:
    """Hands that have no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    def reach(self, target: Locator, *, key: str = "Tab") -> None:
        """Tab by tab, and at every stop the focus is seen."""
        expect(target).to_be_visible()
        for _ in range(150):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press(key)
            hidden = self.page.evaluate(HIDDEN_FOCUS)
            assert hidden is None, f"{self.page.url}: {hidden}"
        raise AssertionError(f"{self.page.url}: no Tab leads to {target}")

    def follow(self, target: Locator) -> None:
        """To another page."""
        self.reach(target)
        with self.page.expect_navigation():
            self.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)

    def choose(self, group: Locator, index: int) -> None:
        """A radio button: the group is one stop, and arrows move in it."""
        self.reach(group.locator("input[type=radio]").first)
        self.press("Space")
        self.press("ArrowDown", index)
        expect(group.locator("input[type=radio]").nth(index)).to_be_checked()


@pytest.fixture
def page(academy: Academy, new_device: Callable[..., Page], size: str) -> Page:
    """Of somebody who has paid, and is signed out."""
    page = new_device()
    sign_up(page, academy, EMAIL, size=size)
    pay(page, academy, EMAIL, size=size)
    page.context.clear_cookies()
    return page


def test_journey_by_keyboard(academy: Academy, page: Page) -> None:
    keys = Keyboard(page)
    page.goto(f"{academy.url}/accounts/login/")
    keys.write(page.locator("[name=login]"), EMAIL)
    keys.write(page.locator("[name=password]"), "a long reading-room phrase")
    keys.follow(page.locator("main").get_by_role("button", name="Sign in", exact=True))
    page.goto(f"{academy.url}/courses/")
    skip_to_content(keys)
    keys.follow(page.locator(f"main a[href='/courses/{COURSE}/']").first)
    keys.follow(page.locator("main").get_by_role("link", name=re.compile("^Start")))
    for number in range(LESSONS):
        open_a_figure(keys, is_wanted=number == 0)
        answer_checks(keys)
        end = page.locator("#lesson-end .complete")
        keys.follow(end.get_by_role("link").or_(end.get_by_role("button")))
    keys.follow(page.get_by_role("button", name="Start the post-test"))
    answer_all(keys)
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed.")
    look_closely(page, "result")
    keys.follow(page.get_by_role("link", name="Evaluate and claim credit"))
    look_closely(page, "claim")
    claim(keys)
    look_closely(page, "claimed")


def look_closely(page: Page, name: str) -> None:
    """Pages that only a journey reaches are looked at on the way."""
    assert faults(page) == {}, name
    page.set_viewport_size({"width": 1280, "height": 800})


def skip_to_content(keys: Keyboard) -> None:
    keys.press("Tab")
    expect(keys.page.locator(".skip")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    assert keys.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def open_a_figure(keys: Keyboard, *, is_wanted: bool) -> None:
    """Enlarged, closed, and the focus is back where it was."""
    if not is_wanted:
        return
    link = keys.page.locator("a.zoom").first
    keys.reach(link)
    keys.press("Enter")
    expect(keys.page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(link).to_be_focused()


def answer_checks(keys: Keyboard) -> None:
    """Whatever comes first; the focus is then on what was right."""
    for check in keys.page.locator(".lesson-check").all():
        field, pad = check.locator("input[name=value]"), check.locator(".pad[role=application]")
        choice = check.locator("input[name=choice]").first
        expect(field.or_(pad).or_(choice)).to_be_visible()
        if field.count():
            keys.write(field, "1")
        else:
            keys.reach(pad if pad.count() else choice)
            keys.press("Enter" if pad.count() else "Space")
        keys.reach(check.get_by_role("button", name="Answer"))
        keys.press("Enter")
        expect(check.get_by_role("status")).to_be_focused()


def answer_all(keys: Keyboard) -> None:
    page, right_answers = keys.page, read_right_answers(COURSE)
    count = page.locator(".qnav a").count()
    for number in range(1, count + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of {count}")
        texts = [text.strip() for text in page.locator("label.opt").all_inner_texts()]
        entry = find_entry(page, right_answers)
        [right] = [choice["text"] for choice in entry["choices"] if choice.get("correct")]
        keys.choose(page.locator("#question"), texts.index(right))
        expect(page.get_by_role("status")).to_have_text(f"{number} of {count} answered and kept")
        if number == 1:
            look_closely(page, "question")
        if number < count:
            keys.follow(page.get_by_role("button", name=re.compile("^Save")))
    keys.follow(page.get_by_role("button", name="Hand in"))


def claim(keys: Keyboard) -> None:
    page: Any = keys.page
    for question in page.locator("fieldset.q").all():
        keys.choose(question, 0)
    keys.reach(page.locator("[name=credits]"))
    keys.press("ArrowDown")
    expect(page.locator("[name=credits]")).not_to_have_value("")
    keys.reach(page.locator("[name=attestation]"))
    keys.press("Space")
    keys.follow(page.get_by_role("button", name="Claim credit"))
    download = page.get_by_role("link", name=re.compile("Download the certificate"))
    expect(download).to_be_visible(timeout=30_000)
    keys.reach(download)
