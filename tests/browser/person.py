"""Somebody at a page, whose work is counted: what is pressed, and which fields are filled."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

WATCHED = "document.addEventListener('w-unsaved:watch-edits', () => document.documentElement.dataset.watched = '1')"
STANDS = "text => [...document.querySelectorAll('form input[type=hidden]')].some(field => field.value.includes(text))"


@dataclass
class Person:
    page: Page
    role: str
    presses: int = 0
    fields: int = 0

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCHED)

    def press(self, what: Locator) -> None:
        what.first.click()
        self.presses += 1

    def button(self, name: str, *, within: str = "body") -> None:
        self.press(self.page.locator(within).get_by_role("button", name=name))

    def link(self, name: str, *, within: str = "body") -> None:
        self.press(self.page.locator(within).get_by_role("link", name=name))

    def write(self, **fields: str) -> None:
        """Into plain fields, each by its name."""
        for name, text in fields.items():
            self.fill(self.page.locator(f"[name='{name}']"), text)

    def fill(self, field: Locator, text: str) -> None:
        field.fill(text)
        self.fields += 1

    def choose(self, field: Locator, label: str | None = None, *, value: str | None = None) -> None:
        field.select_option(label=label, value=value)
        self.presses += 1

    def attach(self, field: Locator, file: Path | FilePayload) -> None:
        field.set_input_files(file)
        self.presses += 1

    def tell(self, editor: Locator, text: str) -> None:
        """Into a rich text, until it stands in the form: its editor writes it there a moment later."""
        editor.click()
        expect(editor).to_be_focused()
        self.page.keyboard.type(text)
        self.page.wait_for_function(STANDS, arg=text)
        self.fields += 1

    def menu(self, *names: str) -> None:
        """Down the menu of the studio."""
        *groups, place = names
        menu = self.page.locator("#wagtail-sidebar")
        for name in groups:
            self.press(menu.get_by_role("button", name=name, exact=True))
        self.press(menu.get_by_role("link", name=place, exact=True))

    def foot(self, name: str) -> None:
        """A button at the foot of an editor, or behind the arrow there."""
        foot = self.page.locator("footer")
        if not foot.get_by_role("button", name=name).first.is_visible():
            self.press(foot.get_by_role("button", name="More actions"))
        self.press(foot.get_by_role("button", name=name))
