"""An author begins a course with its parts, duplicates, archives and restores, and is asked before something goes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Academy
from tests.browser.test_outline import look_closely
from tests.browser.test_outline import row as row_of
from tests.browser.test_review import press
from tests.browser.test_studio import TOLD, kept
from tests.browser.test_studio import author as author

pytestmark = pytest.mark.browser

FILL = """
from courses.assessment.services.objectives import keep_objectives
from courses.models import Course
from courses.writing import services
course = Course.objects.get(slug="acts-on-the-{size}")
keep_objectives(course.pk, ["Find the edge", "Name what hides it"])
objective = course.objective_rows.get(text="Find the edge")
draft = course.get_latest_revision_as_object()
draft.objectives = "Find the edge\\nName what hides it"
draft.save_revision(clean=False)
choices = [dict(text=text, is_correct=text == "A", rationale="Because.") for text in "ABC"]
fields = {{"stem": "<p>Which edge?</p>", "objective": objective}}
services.draft_question(key="acts-{size}", course=course, fields=fields, choices=choices)
"""


def shown(page: Page) -> Locator:
    return page.locator("[data-lesson] .outline-title")


def save(page: Page) -> None:
    press(page, "Save draft")


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
    outline = author.url.partition("#")[0]

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

    # A question is duplicated; another kind of it, and an objective without it, are asked about.
    academy.run(FILL.format(size=size))
    author.goto(f"{academy.url}/studio/snippets/courses/question/?q=acts-{size}")
    author.locator("td.title a").first.click()
    author.goto(author.url.replace("/snippets/courses/question/edit/", "/questions/") + "duplicate/")
    author.get_by_role("button", name="Duplicate").click()
    expect(author.locator("html[data-watched]")).to_be_attached()
    expect(author.locator("#id_key")).to_have_value(f"acts-{size}-2")
    author.locator("#id_kind").select_option("numeric")
    kept(author)
    save(author)
    expect(author.locator("[data-contentpath=drops]")).to_contain_text("choices: 3")
    author.locator("#id_drops").check()
    save(author)
    expect(author.locator(".messages")).to_contain_text("updated")

    author.goto(outline)
    author.get_by_role("link", name="Edit the course").click()
    expect(author.locator("html[data-watched]")).to_be_attached()
    author.locator("#id_objectives").fill("Name what hides it")
    kept(author)
    save(author)
    expect(author.locator("[data-contentpath=lets_go]")).to_contain_text("“Find the edge” goes.")
    author.locator("#id_lets_go").check()
    save(author)
    expect(author.locator(".messages")).to_contain_text("updated")

    # The course itself.
    author.goto(outline)
    author.get_by_role("link", name="Duplicate", exact=True).click()
    author.get_by_label("Slug of the copy").fill(f"acts-again-{size}")
    author.get_by_role("button", name="Go on").click()
    expect(author.get_by_text("There is no such course here yet.")).to_be_visible(timeout=60_000)
    author.goto(outline)
    author.get_by_role("link", name="Archive", exact=True).click()
    author.get_by_role("button", name="Archive").click()
    expect(author.get_by_text("This course is archived")).to_be_visible()
    author.goto(f"{academy.url}/studio/")
    author.locator(".studio-courses summary").click()
    author.get_by_role("group").get_by_role("link", name=f"Acts on the {size}", exact=True).click()
    author.get_by_role("button", name="Restore the course").click()
    expect(author.get_by_text("This course is archived")).to_have_count(0)
    assert TOLD[author] == []
