"""WCAG 2.2 AA where axe does not look: large text, narrow screens, targets, less motion, forced colours."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE, ONE_SIZE, Academy
from tests.browser.test_journey import COURSE, LOCKED, OPEN_TO_STRANGERS, WATCH_IT, WITH_VIDEO, sign_in

pytestmark = pytest.mark.browser

STRANGERS = {
    "home": "/",
    "catalogue": "/courses/",
    "course": COURSE,
    "lesson": f"{COURSE}{OPEN_TO_STRANGERS[1]}/",
    "locked lesson": f"{COURSE}{LOCKED}/",
    "pricing": "/pricing/",
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "code": "/accounts/login/code/",
    "verify": "/verify/",
    "help": "/help/",
    "contact": "/contact/",
    "offline": "/offline/",
    "nowhere": "/nowhere/",
}
LEARNERS = {
    "learn": "/learn/",
    "course": COURSE,
    "lesson with tables": f"{COURSE}malignant-share-by-study/",
    "post-test": f"{COURSE}post-test/",
    "credit": "/cme/",
    "profile": "/accounts/profile/",
    "address": "/accounts/email/",
    "second factor": "/accounts/2fa/",
    "purchases": "/accounts/purchases/",
    "gifts": "/gifts/",
}
AUTHORS = {"lesson with video": f"{COURSE}{WITH_VIDEO}/", "search": "/search/?q=milk"}

# Text that its box cuts off, lines of text that lie on each other, and a page that must be moved sideways.
BROKEN_TEXT = """() => {
    const away = '.vh, .skip, svg, dialog:not([open])', found = [], lines = [], page = document.documentElement;
    const name = ({tagName, className, textContent}) => `${tagName}.${className} ${textContent.trim().slice(0, 50)}`;
    const hides = flow => /hidden|clip/.test(flow);
    const cuts = box => {
        const {overflowX, overflowY} = getComputedStyle(box);
        if (box.clientWidth <= 1) return false;
        if (hides(overflowX) && box.scrollWidth > box.clientWidth + 1) return true;
        return hides(overflowY) && box.scrollHeight > box.clientHeight + 1;
    };
    if (page.scrollWidth > page.clientWidth) found.push(`${page.scrollWidth} wide on ${page.clientWidth}`);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; node = walk.nextNode();) {
        const element = node.parentElement;
        if (!node.data.trim() || element.closest(away)) continue;
        if (!element.checkVisibility({visibilityProperty: true})) continue;
        const boxes = [];
        for (let box = element; box && box !== document.body; box = box.parentElement) boxes.push(box);
        // What a box clips away with its text, as the head of a table that stacks, is for screen readers alone.
        if (boxes.some(box => getComputedStyle(box).clipPath !== 'none')) continue;
        for (const box of boxes) if (cuts(box)) found.push(`cut off: ${name(box)}`);
        const range = document.createRange();
        range.selectNodeContents(node);
        const scroller = element.closest('.transcript ol')?.getBoundingClientRect();
        const isSeen = box => box.width > 1 && !(box.top < scroller?.top || box.bottom > scroller?.bottom);
        lines.push(...[...range.getClientRects()].filter(isSeen).map(box => ({box, element})));
    }
    for (const [index, a] of lines.entries()) for (const b of lines.slice(index + 1)) {
        if (a.element === b.element) continue;
        const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        const isOver = width > 3 && height > Math.min(a.box.height, b.box.height) / 2;
        if (isOver) found.push(`on each other: ${name(a.element)} / ${name(b.element)}`);
    }
    return [...new Set(found)];
}"""

# Shown although it is hidden: some display of its own has won.
SHOWN = """() => [...document.querySelectorAll('[hidden]')]
    .filter(one => one.checkVisibility({visibilityProperty: true})).map(one => one.outerHTML.slice(0, 120))"""

# 2.5.8: 24 by 24 CSS pixels, but for links within a sentence and what has room enough around it; axe knows these.
TARGETS = "axe.run(document, {runOnly: {type: 'rule', values: ['target-size']}})"

MOVING = """() => {
    const parts = [...document.querySelectorAll('*')]
        .flatMap(one => [null, '::before', '::after'].map(part => [one, part]));
    const isMoving = style => parseFloat(style.transitionDuration) > 0.01
        || style.animationName !== 'none' && parseFloat(style.animationDuration) > 0.01;
    return parts.filter(([one, part]) => isMoving(getComputedStyle(one, part)))
        .map(([one, part]) => one.outerHTML.slice(0, 80) + (part ?? ''));
}"""


@pytest.fixture(params=["desktop"])
def size(request: pytest.FixtureRequest) -> str:
    """Each test sets its own."""
    return str(request.param)


def faults(page: Page) -> dict[str, list[str]]:
    """Of one page, by the way it was looked at."""
    found: dict[str, list[str]] = {}
    found["hidden"] = page.evaluate(SHOWN)
    page.set_viewport_size({"width": 320, "height": 640})  # 1280 at 400 %
    found["at 320"] = page.evaluate(BROKEN_TEXT)
    page.evaluate(AXE.read_text())
    rules = page.evaluate(TARGETS)["violations"]
    found["targets"] = [node["html"][:120] for rule in rules for node in rule["nodes"]]
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found[f"200 % at {width}"] = page.evaluate(BROKEN_TEXT)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.emulate_media(reduced_motion="reduce")
    found["motion"] = page.evaluate(MOVING)
    page.emulate_media(reduced_motion="no-preference")
    return {way: told for way, told in found.items() if told}


def look(page: Page, academy: Academy, pages: dict[str, str]) -> None:
    told = {}
    for name, path in pages.items():
        page.goto(academy.url + path)
        told[name] = faults(page)
    told = {name: found for name, found in told.items() if found}
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)


def test_pages_of_strangers(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    look(new_device(), academy, STRANGERS)


def test_pages_of_learners(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "administrator@example.org")
    look(page, academy, LEARNERS)


def test_pages_of_authors(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "author@example.org")
    look(page, academy, AUTHORS)


@ONE_SIZE
def test_video_that_is_watched_offers_no_rest(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}{COURSE}{WITH_VIDEO}/")
    rest = page.get_by_role("button", name="Watch what is left")
    expect(rest).to_be_visible()
    academy.run(WATCH_IT.format(email="author@example.org"))
    page.reload()
    expect(page.locator("[data-watched]")).to_contain_text("enough for credit")
    expect(rest).to_be_hidden()


def test_video_comes_without_moving_the_page(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, academy, "administrator@example.org")
    # An address that cannot be decoded is none.
    page.goto(f"{academy.url}{COURSE}{WITH_VIDEO}/#%")
    note, strip = page.get_by_role("button", name="Note at"), page.locator("[data-watched]")
    expect(note).to_be_disabled()
    top = "strip => strip.getBoundingClientRect().top + scrollY"
    before = strip.evaluate(top)
    page.evaluate("location.hash = `${document.querySelector('.player').closest('[data-block]').id}@12`")
    expect(note).to_be_enabled(timeout=30_000)
    expect(note).to_have_text("Note at 0:12")
    assert strip.evaluate(top) == before


@ONE_SIZE
def test_forced_colours_keep_states_and_focus(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """Where the system's colours replace ours, what is drawn as ground alone must not vanish."""
    page = new_device(forced_colors="active")
    sign_in(page, academy, "learner@example.org")
    page.goto(f"{academy.url}{COURSE}{OPEN_TO_STRANGERS[0]}/")
    current, other = page.locator(".nav a[aria-current]"), page.locator(".nav a:not([aria-current])").first
    edges = [link.evaluate("link => getComputedStyle(link).borderBottomColor") for link in (current, other)]
    assert edges[0] != edges[1], "every entry of the menu looks like the current one"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.locator("progress").first.evaluate("bar => getComputedStyle(bar).borderTopWidth") == "1px"
