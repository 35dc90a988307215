"""An author takes a course out, changes it, brings the package in over it, and has the course as it was."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import ONE_SIZE, Academy
from tests.browser.test_outline import look_closely
from tests.browser.test_studio import author as author

pytestmark = pytest.mark.browser

MAKE = """
import json
from courses.assessment.services.objectives import keep_objectives
from courses.models import Course
from courses.writing import services
from tests.course_fixtures import COURSE, FACULTY, blocks
slug = "packed-{size}"
services.draft_course(slug=slug, fields={{**COURSE, "title": "Packed on the {size}"}}, faculty=[FACULTY])
course = Course.objects.get(slug=slug)
keep_objectives(course.pk, course.objective_list)
services.place_lessons(course=course, modules=[("Basics", [("packed-lesson-{size}", "Packed lesson {size}")])])
body = json.dumps(blocks("packed", ("text", "<h2>The edge</h2><p>As it was written first.</p>")))
services.draft_lesson(slug="packed-lesson-{size}", fields={{"summary": "First.", "body": body}})
"""
CHANGE = """
import json
from accounts.models import User
from courses.writing import services
from tests.course_fixtures import blocks
body = json.dumps(blocks("packed", ("text", "<h2>The edge</h2><p>As somebody changed that.</p>")))
author = User.objects.get(email="author@example.org")
services.draft_lesson(slug="packed-lesson-{size}", fields={{"summary": "First.", "body": body}}, by=author)
"""
CHECK = """
from courses.models import Lesson
lesson = Lesson.objects.get(slug="packed-lesson-{size}").get_latest_revision_as_object()
assert "As it was written first." in str(lesson.body.raw_data[0]["value"]), lesson.body.raw_data
"""


def make_file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/zip", "buffer": content}


@ONE_SIZE
def test_course_goes_out_is_changed_and_comes_back(academy: Academy, author: Page, size: str) -> None:
    academy.run(MAKE.format(size=size))
    page = author
    page.goto(f"{academy.url}/studio/snippets/courses/lesson/?q=packed-lesson-{size}")
    page.locator("td.title a").first.click()
    page.get_by_role("link", name="Outline").first.click()
    page.get_by_role("link", name="Export as a package").click()
    expect(page.get_by_text("The course is not published. Export its drafts instead.")).to_be_visible()
    look_closely(page, "studio-package-export", size=size)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    package = download.value.path().read_bytes()
    assert b"As it was written first." in package

    academy.run(CHANGE.format(size=size))
    page.goto(f"{academy.url}/studio/packages/")
    look_closely(page, "studio-packages", size=size)
    page.locator("#id_file").set_input_files(make_file("packed.zip", package))
    page.get_by_role("button", name="Look at the package").click()
    expect(page.get_by_text("Waits for your word.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Edited here:")).to_be_visible()
    page.get_by_text("What changes in its words").click()
    expect(page.locator("ins", has_text="written").first).to_be_visible()
    look_closely(page, "studio-package-report", size=size)
    page.get_by_role("button", name="Bring it in as drafts").click()
    expect(page.get_by_text("Came in.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="To the outline")).to_be_visible()
    look_closely(page, "studio-package-done", size=size)
    academy.run(CHECK.format(size=size))

    page.goto(f"{academy.url}/studio/packages/")
    page.locator("#id_file").set_input_files(make_file("broken.zip", package[: len(package) // 2]))
    page.get_by_role("button", name="Look at the package").click()
    expect(page.get_by_text("The package breaks off or is damaged.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Discard the file").click()
    expect(page.get_by_text("It is discarded; nothing came in.")).to_be_visible()
