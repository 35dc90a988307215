"""An author arranges a course on one screen: by presses, by the keyboard and by dragging, at phone and desktop size."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import AXE, PICTURES, Academy
from tests.browser.test_journey import sign_in
from tests.browser.test_studio import TOLD, kept, look
from tests.browser.test_studio import author as author

pytestmark = pytest.mark.browser

MAKE = """
from courses.assessment.services.objectives import keep_objectives
from courses.models import Course
from courses.writing import services
from tests.course_fixtures import COURSE, FACULTY
slug = "arranged-{size}"
fields = {{**COURSE, "title": "Arranged on the {size}", "objectives": "Find the edge\\nName what hides it"}}
revision = services.draft_course(slug=slug, fields=fields, faculty=[FACULTY])
course = Course.objects.get(slug=slug)
keep_objectives(course.pk, course.objective_list)
names = ["Basics of the film", "Practice at the desk"]
words = [["first", "second", "third"], ["fourth"]]
lessons = [[(f"{{word}}-{size}", f"{{word.capitalize()}} look") for word in each] for each in words]
services.place_lessons(course=course, modules=list(zip(names, lessons)))
"""


def lessons(page: Page, module: int) -> list[str]:
    rows = page.locator("[data-module]").nth(module).locator("[data-lesson] .outline-title")
    return [" ".join(text.split()) for text in rows.all_text_contents()]


def row(page: Page, title: str) -> Locator:
    return page.locator("[data-lesson]").filter(has=page.get_by_role("link", name=title, exact=True))


def expect_order(page: Page, *modules: list[str]) -> None:
    """Also of what the server has: the page is loaded once more."""
    for _ in range(2):
        for number, wanted in enumerate(modules):
            titles = page.locator("[data-module]").nth(number).locator("[data-lesson] .outline-title")
            expect(titles).to_have_text(wanted)
        page.reload()


def look_closely(page: Page, name: str, *, size: str) -> None:
    """axe has nothing to say in light and dark, and nothing sticks out."""
    looks: list[Literal["light", "dark"]] = ["light", "dark"]
    for scheme in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.reload()
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        told = [(rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]
        assert not told, f"{name}, {scheme}: {json.dumps(told, indent=1)}"
        look(page, f"{name}-{scheme}", size=size)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}-{size}-whole.png", full_page=True)
    page.emulate_media(color_scheme="light")


def test_author_arranges_a_course(academy: Academy, author: Page, new_device: Callable[..., Page], size: str) -> None:
    academy.run(MAKE.format(size=size))
    author.goto(f"{academy.url}/studio/snippets/courses/course/")
    author.get_by_role("link", name=f"Arranged on the {size}", exact=True).click()
    author.get_by_role("link", name="Outline", exact=True).first.click()
    expect(author.get_by_role("heading", level=1)).to_have_text(f"Arranged on the {size}")
    expect(author.get_by_text("No check: missing")).to_have_count(2)
    expect_order(author, ["First look", "Second look", "Third look"], ["Fourth look"])

    # By the keyboard alone; the press keeps the keyboard, so that pressed again it goes on.
    down = author.get_by_role("button", name="Move “First look” down")
    down.focus()
    author.keyboard.press("Enter")
    expect(author.locator("[data-told]")).to_have_text("“First look” is now lesson 2 of 3 in “Basics of the film”.")
    expect(down).to_be_focused()
    author.keyboard.press("Enter")
    expect(author.locator("[data-told]")).to_have_text("“First look” is now lesson 3 of 3 in “Basics of the film”.")
    expect_order(author, ["Second look", "Third look", "First look"], ["Fourth look"])

    # By dragging: above another, and into another module.
    grip = row(author, "First look").locator("[data-grip]")
    grip.drag_to(row(author, "Second look"), target_position={"x": 60, "y": 4})
    expect(author.locator("[data-told]")).to_have_text("“First look” is now lesson 1 of 3 in “Basics of the film”.")
    expect_order(author, ["First look", "Second look", "Third look"], ["Fourth look"])
    if size == "desktop":
        grip, above = row(author, "Third look").locator("[data-grip]"), row(author, "Fourth look")
        grip.drag_to(above, target_position={"x": 60, "y": 4})
    else:
        # Where the other module is out of sight, a press leads on into it.
        author.get_by_role("button", name="Move “Third look” down").click()
    expect(author.locator("[data-told]")).to_have_text("“Third look” is now lesson 1 of 2 in “Practice at the desk”.")
    expect_order(author, ["First look", "Second look"], ["Third look", "Fourth look"])

    # To a module by its name.
    second = row(author, "Second look")
    second.get_by_text("Move to…").click()
    second.get_by_label("Module for “Second look”").select_option("Practice at the desk")
    if size == "phone":
        look(author, "outline-moving", size=size)
    second.get_by_role("button", name="Move to its end").click()
    expect_order(author, ["First look"], ["Third look", "Fourth look", "Second look"])

    # Names.
    first = row(author, "First look")
    first.get_by_text("Rename").first.click()
    first.get_by_label("New title of “First look”").fill("The very first look")
    first.get_by_role("button", name="Rename").click()
    expect(author.locator(".messages")).to_contain_text("The lesson is called “The very first look” now.")
    expect_order(author, ["The very first look"], ["Third look", "Fourth look", "Second look"])

    # A module and a lesson.
    author.get_by_label("New module").fill("Afterwards")
    author.get_by_role("button", name="Add a module").click()
    expect(author.get_by_role("heading", level=2, name="Afterwards")).to_be_visible()
    author.get_by_role("button", name="Move “Afterwards” up").click()
    expect(author.locator("[data-told]")).to_have_text("“Afterwards” is now module 2 of 3.")
    outline = author.url.partition("#")[0]
    author.get_by_role("link", name="Add a lesson to Afterwards").click()
    expect(author.locator("#id_module-chooser")).to_contain_text("Afterwards")
    expect(author.locator("html[data-watched]")).to_be_attached()
    author.locator("#id_title").fill(f"Last look {size}")
    author.keyboard.press("Tab")
    expect(author.locator("#id_slug")).to_have_value(f"last-look-{size}")
    kept(author)
    author.goto(outline)
    expect_order(author, ["The very first look"], [f"Last look {size}"], ["Third look", "Fourth look", "Second look"])
    look_closely(author, "outline", size=size)
    assert TOLD[author] == []


@pytest.mark.parametrize("size", ["desktop"], indirect=True)
def test_author_arranges_without_a_script(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """The same presses are forms; the row that was moved is where the page opens again."""
    academy.run(MAKE.format(size=f"plain-{size}"))
    page = new_device(java_script_enabled=False)
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}/studio/snippets/courses/course/")
    page.get_by_role("link", name=f"Arranged on the plain-{size}", exact=True).click()
    address = page.get_by_role("link", name="Outline", exact=True).first.get_attribute("href")
    page.goto(f"{academy.url}{address}")
    expect(page.locator("[data-grip]").first).to_be_hidden()
    page.get_by_role("button", name="Move “First look” down").click()
    expect(page.locator(".messages")).to_contain_text("“First look” is now lesson 2 of 3")
    expect(page).to_have_url(re.compile(r"#lesson-\d+-down$"))
    expect(page.get_by_role("button", name="Move “First look” down")).to_be_focused()
    expect_order(page, ["Second look", "First look", "Third look"], ["Fourth look"])


def test_course_on_calcifications_is_seen_whole(academy: Academy, author: Page, size: str) -> None:
    author.goto(f"{academy.url}/studio/snippets/courses/course/")
    author.locator("td.title a").first.click()
    author.get_by_role("link", name="Outline", exact=True).first.click()
    expect(author.locator("[data-lesson]").first).to_be_visible()
    look_closely(author, "outline-whole", size=size)
