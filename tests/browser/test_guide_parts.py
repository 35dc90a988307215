"""The parts of a guide that are more than text: by keyboard, by pointer, on narrow screens, and without a script."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ONE_SIZE, ROOT, Academy, see
from tests.browser.test_everybody import faults

pytestmark = pytest.mark.browser

GUIDE = "/guides/parts/"
DRAWINGS = ["skin", "rim", "amorphous", "fine-pleomorphic"]
# Names and drawings are the real ones; the words are of this test.
TEXT = """---
title: Parts of a guide
summary: A guide of a test, with every part that is more than text.
---
## Together

### The matrix

::: matrix
:::

### The key

::: picture-key
groups:
  - title: Typically benign
    forms:
      - {image: skin.svg, alt: Small rings., name: Skin, text: Rings with a lucent center.}
      - {image: rim.svg, alt: Thin shells., name: Rim, text: A shell around fat.}
  - title: Suspicious
    forms:
      - {image: amorphous.svg, alt: Faint specks., name: Amorphous, text: Too hazy to name a shape.}
:::

### The calls

::: call-it
items:
  - {image: rim.svg, alt: Thin shells., choices: [Skin, Rim], answer: Rim, feedback: A shell.}
  - image: fine-pleomorphic.svg
    alt: Angular specks.
    choices: [Fine pleomorphic, Rim]
    answer: Fine pleomorphic
    feedback: Angular.
:::
"""
LOAD = """
from pathlib import Path
from escan.loader.guides import load_guides
list(load_guides(Path("{root}")))
"""


@pytest.fixture(scope="module")
def guide(academy: Academy, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its address, loaded as the academy's own are."""
    root: Path = tmp_path_factory.mktemp("content")
    figures = root / "guides" / "figures"
    figures.mkdir(parents=True)
    for name in DRAWINGS:
        shutil.copy(ROOT / f"content/courses/breast-calcifications/figures/{name}.svg", figures)
    (root / "guides" / "parts.md").write_text(TEXT)
    academy.run(LOAD.format(root=root))
    return academy.url + GUIDE


def cell(page: Page, key: str) -> Locator:
    return page.locator(f"[role=grid] a[href='#matrix-{key}']")


def chosen(page: Page) -> str | None:
    return page.locator("[aria-selected=true] a").get_attribute("href")


def is_in_view(page: Page, selector: str) -> bool:
    script = (
        "element => { const box = element.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"
    )
    return bool(page.locator(selector).evaluate(script))


def test_matrix_by_keyboard(guide: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(guide)
    see(page, "guide-parts", size=size)
    assert chosen(page) == "#matrix-amorphous-grouped"
    assert page.locator("[role=grid] a:not([tabindex='-1'])").count() == 1, "the matrix is one stop of the Tab key"
    page.locator("[role=grid] a[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "amorphous-linear")).to_be_focused()
    pair = page.locator(".pair")
    expect(pair).to_have_attribute("id", "matrix-amorphous-linear")
    expect(pair.get_by_role("table", name="Amorphous, linear, malignant by study")).to_contain_text("Oligane 2018")
    expect(page.get_by_role("status").filter(has_text="Amorphous, linear: its studies")).to_have_count(1)
    expect(page).to_have_url(f"{guide}#matrix-amorphous-linear")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    assert chosen(page) == "#matrix-coarse-heterogeneous-segmental"
    expect(pair.locator("dd").first).to_have_text("No series found")
    see(page, "guide-parts-uncounted", size=size)
    # What is nearby is a link in what it replaces.
    pair.get_by_role("link", name="Any form, segmental").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pair-name")).to_be_focused()
    assert chosen(page) == "#matrix-any-segmental"


def test_matrix_by_pointer_and_by_its_address(guide: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(f"{guide}#matrix-round-grouped")
    assert chosen(page) == "#matrix-round-grouped"
    assert is_in_view(page, ".pair-name")
    cell(page, "any-linear").click()
    expect(page.locator(".pair-name")).to_have_text("Any form, linear")
    assert is_in_view(page, ".pair dl")
    expect(page).to_have_url(f"{guide}#matrix-any-linear")
    page.evaluate("location.hash = 'matrix-fine-linear-any'")
    expect(page.locator(".pair-name")).to_have_text("Fine linear or branching, any distribution")
    assert is_in_view(page, ".pair-name")
    page.evaluate("location.hash = 'the-key'")
    expect(page.locator(".pair-name")).to_have_text("Fine linear or branching, any distribution")


def test_all_is_read_without_a_script(guide: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device(java_script_enabled=False)
    page.goto(guide)
    matrix = page.get_by_role("table", name=re.compile("^Form and distribution"))
    expect(matrix.get_by_role("link")).to_have_count(36)
    studies = page.get_by_role("table", name="Amorphous, grouped, malignant by study")
    expect(studies).to_have_count(0)  # folded
    matrix.locator("[href='#matrix-amorphous-grouped']").click()
    expect(studies).to_be_visible()
    expect(page.locator(".cap b").first).to_have_text("Skin")
    expect(page.locator(".calls").get_by_role("img").last).to_be_visible()
    page.get_by_text("The answer").first.click()
    expect(page.locator("details[open]").get_by_text("A shell.")).to_be_visible()
    expect(page.locator(".form-grid, .key, .calls").get_by_role("button")).to_have_count(0)
    width = page.locator("html").evaluate("page => [page.scrollWidth, page.clientWidth]")
    assert width[0] <= width[1]


@ONE_SIZE
def test_narrow_screens_and_large_text(guide: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(guide)
    assert faults(page) == {}
    page.get_by_role("button", name="Hide the names").click()
    page.locator(".calls").get_by_role("button", name="Skin").click()
    page.evaluate("scrollTo(0, 0)")  # the head of the matrix stays above its rows as long as they are read
    assert faults(page) == {}


@ONE_SIZE
def test_names_of_the_key_are_hidden_and_come_back(guide: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(guide)
    key, names = page.locator(".key"), page.locator(".key .cap b")
    page.get_by_role("button", name="Hide the names").press("Enter")
    for name in names.all():
        expect(name).to_be_hidden()
    expect(key.get_by_role("link", name="Skin")).to_have_count(0)
    see(page, "guide-key-hidden", size=size)
    key.get_by_role("link", name="Enlarge picture 1").press("Enter")
    viewer = page.get_by_role("dialog")
    expect(viewer.get_by_role("img", name="Small rings.")).to_be_visible()
    assert "Skin" not in viewer.inner_text() and "lucent" not in viewer.inner_text()
    page.keyboard.press("Escape")
    key.get_by_role("button", name="Show name 2").press("Enter")
    expect(key.locator(".cap:focus b")).to_have_text("Rim")
    assert [name.is_visible() for name in names.all()] == [False, True, False]
    expect(key.get_by_role("link", name="Enlarge Rim")).to_have_count(1)
    page.get_by_role("button", name="Show the names").press("Enter")
    assert [name.is_visible() for name in names.all()] == [True, True, True]
    expect(key.get_by_role("button")).to_have_count(1)


def test_pictures_are_called_and_counted(guide: str, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(guide)
    page.wait_for_load_state("networkidle")
    calls = page.locator(".calls")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    calls.get_by_role("button", name="Rim").press("Enter")
    expect(calls.get_by_role("status")).to_have_text("Right: Rim. A shell.")
    # A second call of the same picture counts nothing.
    calls.get_by_role("button", name="Skin").press("Enter")
    expect(calls.get_by_role("status")).to_have_text("Right: Rim. A shell.")
    calls.get_by_role("button", name="Next picture").press("Enter")
    expect(calls.get_by_text("Picture 2 of 2")).to_be_focused()
    calls.get_by_role("button", name="Rim").press("Enter")
    expect(calls.get_by_role("status")).to_have_text("No: Fine pleomorphic. Angular.")
    expect(calls.get_by_role("button", name="Count")).to_be_in_viewport()
    see(page, "guide-called", size=size)
    calls.get_by_role("button", name="Count").press("Enter")
    expect(calls.locator(".count")).to_be_focused()
    expect(calls.locator(".sum")).to_have_text("You called 1 of 2 right.")
    expect(calls.locator(".missed")).to_have_text("Look again at: Fine pleomorphic.")
    see(page, "guide-count", size=size)
    calls.get_by_role("button", name="Start again").press("Enter")
    expect(calls.get_by_text("Picture 1 of 2")).to_be_focused()
    expect(calls.get_by_role("status")).to_have_text("")
    expect(calls.locator(".right, .wrong")).to_have_count(0)
    # The pictures that come into view; and axe reads the style sheets.
    fetched = re.compile(r"/guides/figures/\d+/\d+/$|/static/css/")
    assert [url for url in sent if not fetched.search(url)] == []
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])") == kept
