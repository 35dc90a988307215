"""An author walks through a course of drafts as a learner: plain, and on a desktop in the frame of a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Academy, see
from tests.browser.test_studio import author as author

pytestmark = pytest.mark.browser

MAKE = """
import json
from courses.assessment.services.objectives import keep_objectives
from courses.models import Course
from courses.writing import services
from tests.course_fixtures import COURSE, FACULTY, blocks
slug = "walked-{size}"
fields = {{**COURSE, "title": "Walked on the {size}", "objectives": "Find the edge", "post_test_questions": 2}}
services.draft_course(slug=slug, fields=fields, faculty=[FACULTY])
course = Course.objects.get(slug=slug)
keep_objectives(course.pk, course.objective_list)
names = [("plain-{size}", "A plain look"), ("steps-{size}", "A case in steps")]
services.place_lessons(course=course, modules=[("Walking", names)])
def ask(key, use):
    choices = [
        {{"text": text, "is_correct": text == "The right one", "rationale": f"Because it is {{text.lower()}}."}}
        for text in ("The wrong one", "The right one")
    ]
    asked = {{"stem": f"<p>Which one of {{key}}?</p>", "use": use, "objective": course.objective_rows.get()}}
    services.draft_question(key=f"{{key}}-{size}", course=course, fields=asked, choices=choices)
    return course.questions.get(key=f"{{key}}-{size}").pk
for key in ("one", "two"):
    ask(key, "test")
first, second = ("question", ask("plain", "check")), ("question", ask("step", "check"))
plain = [("text", "<h2>What is plain</h2><p>An edge is a line that does not stop.</p>"), first]
steps = [("text", "<p>Look first.</p>"), second, ("text", "<p>What the second step says.</p>")]
for name, body, more in (("plain-{size}", plain, {{}}), ("steps-{size}", steps, {{"is_stepwise": True}})):
    services.draft_lesson(slug=name, fields={{"body": json.dumps(blocks(name, *body)), "summary": "Drafted.", **more}})
"""

PUBLISH = """
from courses.models import Course, Lesson, Question
from tests.reviewing import publish
course = Course.objects.get(slug="walked-{size}")
for row in [*course.questions.all(), *Lesson.objects.filter(module__course=course), course]:
    publish(row.latest_revision)
"""

ABOUT = ["Enrolment", "LessonProgress", "CheckAnswer", "Attempt", "Completion", "RecallCard", "WatchedTime", "Note"]
COUNT = f"""
from accounts.models import Mail, User
from courses import models
author = User.objects.get(email="author@example.org")
counted = {{name: getattr(models, name).objects.filter(user=author).count() for name in {ABOUT}}}
counted["mails"] = Mail.objects.filter(to=author.email).count()
"""


def rows(academy: Academy) -> str:
    """What there is about the author, as one line."""
    target = academy.var / "counted.txt"
    academy.run(f"{COUNT}\nfrom pathlib import Path\nPath({str(target)!r}).write_text(str(counted))")
    return target.read_text()


def answer(view: Page | FrameLocator, within: str, words: str) -> None:
    form = view.locator(within)
    form.get_by_label(words, exact=True).check()


def take_test(view: Page | FrameLocator, words: str) -> None:
    """Two questions with this answer, then in."""
    heading = view.get_by_role("heading", level=1)
    for number in (1, 2):
        expect(heading).to_have_text(f"Question {number} of 2")
        answer(view, "#question", words)
        expect(view.locator("#attempt-state")).to_contain_text(f"{number} of 2 answered")
        if number == 1:
            view.locator("#question").get_by_role("button").click()
    view.get_by_role("button", name="Hand in", exact=True).click()


def walk(view: Page | FrameLocator, title: str) -> None:
    heading = view.get_by_role("heading", level=1)
    expect(heading).to_have_text(title)
    view.get_by_role("link", name="Start: A plain look").click()
    expect(heading).to_have_text("A plain look")
    check = view.locator(".lesson-check").first
    answer(view, ".lesson-check", "The wrong one")
    check.get_by_role("button", name="Answer").click()
    expect(check).to_contain_text("Because it is the wrong one.")
    view.locator("#lesson-end").get_by_role("link", name="Go to the next lesson").click()

    expect(heading).to_have_text("A case in steps")
    expect(view.get_by_text("What the second step says.")).to_have_count(0)
    answer(view, ".lesson-check", "The right one")
    view.locator(".lesson-check").get_by_role("button", name="Answer").click()
    expect(view.get_by_text("What the second step says.")).to_be_visible()
    view.locator("#lesson-end").get_by_role("link", name="Go to the post-test").click()

    view.get_by_role("button", name="Start the post-test").click()
    take_test(view, "The wrong one")
    expect(heading).to_have_text("Not passed yet.")
    view.get_by_role("link", name="Try again").click()
    view.get_by_role("button", name="Try again").click()
    take_test(view, "The right one")
    expect(heading).to_have_text("You passed.")
    expect(view.locator(".results")).to_contain_text("Because it is the right one.")


def read_lesson(page: Page) -> str:
    """Without the buttons for notes, which are kept, so that a preview has none."""
    parts = page.locator(".lesson .read, .lesson-check").all_inner_texts()
    return re.sub(r"\s+", " ", " ".join(parts)).strip()


def test_author_walks_through_drafts(
    academy: Academy, author: Page, new_device: Callable[..., Page], size: str
) -> None:
    academy.run(MAKE.format(size=size))
    before, title = rows(academy), f"Walked on the {size}"
    author.goto(f"{academy.url}/studio/snippets/courses/course/")
    author.get_by_role("link", name=title, exact=True).click()
    author.get_by_role("link", name="Outline", exact=True).first.click()
    author.get_by_role("link", name="Preview as a learner").click()
    expect(author.get_by_text("Preview: nothing is kept")).to_be_visible()
    see(author, "preview-course", size=size)
    walk(author, title)
    see(author, "preview-result", size=size)
    banner = author.get_by_role("navigation", name="Preview")
    author.mouse.wheel(0, 4_000)
    expect(banner).to_be_in_viewport()

    banner.get_by_role("button", name="Start again").click()
    expect(author.get_by_role("link", name="Start: A plain look")).to_be_visible()
    if size == "desktop":
        banner.get_by_role("link", name="Phone").click()
        phone = author.frame_locator(".preview-phone")
        walk(phone, title)
        expect(banner.get_by_role("link", name="Edit the course")).to_be_visible()
        phone.get_by_role("link", name=title).first.click()
        phone.get_by_role("link", name="A plain look").first.click()
        expect(banner.get_by_role("link", name="Edit this lesson")).to_be_visible()
        see(author, "preview-phone", size=size)
        banner.get_by_role("link", name="Desktop").click()
    else:
        expect(banner.get_by_role("link", name="Phone")).to_be_hidden()
        author.get_by_role("link", name="A plain look").first.click()
    heading = author.get_by_role("heading", level=1)
    expect(heading).to_have_text("A plain look")
    see(author, "preview-lesson", size=size)
    banner.get_by_role("link", name="As published").click()
    expect(heading).to_have_text("Not published yet")
    banner.get_by_role("link", name="Drafts").click()
    banner.get_by_role("button", name="Start again").click()
    expect(author.get_by_role("link", name="Start: A plain look")).to_be_visible()
    author.get_by_role("link", name="A plain look").first.click()
    expect(heading).to_have_text("A plain look")
    previewed = read_lesson(author)
    banner.get_by_role("link", name="Edit this lesson").click()
    expect(author).to_have_url(re.compile("/studio/snippets/courses/lesson/edit/"))

    # Nothing of it is there.
    author.goto(f"{academy.url}/learn/")
    expect(author.locator("main")).not_to_contain_text(title)
    assert rows(academy) == before

    academy.run(PUBLISH.format(size=size))
    author.goto(f"{academy.url}/courses/walked-{size}/plain-{size}/")
    expect(author.locator(".lesson-check form.q")).to_be_visible()
    assert read_lesson(author) == previewed != ""
