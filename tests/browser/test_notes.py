"""Notes in a lesson, as a learner makes them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy, see

pytestmark = pytest.mark.browser

LESSON = "/courses/breast-calcifications/what-calcifications-are/"

# Selects words of the text as a hand or Shift and the arrows would, and says which.
SELECT = """count => {
  const paragraph = [...document.querySelectorAll('.lesson .block.text p')][1];
  const node = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT).nextNode();
  const words = node.data.split(' ').slice(0, count).join(' ');
  paragraph.scrollIntoView({block: 'center'});
  getSelection().setBaseAndExtent(node, 0, node, words.length);
  return words;
}"""
DRAWN = "kind => [...(CSS.highlights.get(kind) ?? [])].map(range => range.toString())"


def sign_in(page: Page, academy: Academy) -> None:
    page.goto(f"{academy.url}/accounts/login/")
    page.locator("[name=login]").fill("learner@example.org")
    page.locator("[name=password]").fill("reading-room")
    page.locator("main form button.btn").first.click()
    expect(page).to_have_url(re.compile("/learn/"))


def open_lesson(page: Page, academy: Academy) -> None:
    page.goto(academy.url + LESSON)
    expect(page.locator("[data-list] .tap").last).to_have_text("All your notes")


def test_notes(academy: Academy, new_device: Callable[..., Page], size: str, tmp_path: Path) -> None:
    page = new_device()
    sign_in(page, academy)
    open_lesson(page, academy)
    cards = page.locator("#notes .own")
    count = 6 if size == "phone" else 4  # the same words are highlighted once
    before = cards.count()
    # By hand: the words stay marked.
    words = page.evaluate(SELECT, count)
    page.get_by_role("button", name="Highlight", exact=True).click()
    expect(cards).to_have_count(before + 1)
    open_lesson(page, academy)
    assert words in page.evaluate(DRAWN, "highlight")
    # By keyboard alone: what was a highlight can be read, and a note be written on the paragraph.
    page.keyboard.press("Alt+n")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("Your note")).to_be_focused()
    see(page, "note-sheet", size=size)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    words = page.evaluate(SELECT, count)
    page.keyboard.press("Alt+n")
    page.keyboard.type(f"Ask <Ada>, {size}.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()
    note = cards.filter(has_text=f"Ask <Ada>, {size}.")
    expect(note).to_have_count(1)
    assert words in page.evaluate(DRAWN, "note")
    see(page, "lesson-with-notes", size=size)
    # Deleted, and back.
    note.get_by_role("button", name="Delete").click()
    expect(note).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(note).to_have_count(1)
    # The page of all notes, and the file.
    page.get_by_role("link", name="All your notes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your notes")
    see(page, "notes", size=size)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all").click()
    download.value.save_as(tmp_path / "notes.md")
    text = (tmp_path / "notes.md").read_text(encoding="utf-8")
    assert f"> {words}" in text
    assert f"\nAsk \\<Ada\\>, {size}.\n" in text


@ONE_SIZE
def test_note_that_cannot_be_sent_stays_in_the_sheet(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    page = new_device()
    sign_in(page, academy)
    open_lesson(page, academy)
    page.context.set_offline(True)
    page.keyboard.press("Alt+n")
    page.keyboard.type("Kept here.")
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_role("alert")).to_contain_text("Not kept")
    expect(sheet.get_by_label("Your note")).to_have_value("Kept here.")
    page.context.set_offline(False)
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_be_hidden()
    expect(page.locator("#notes .own").filter(has_text="Kept here.").first).to_be_attached()
