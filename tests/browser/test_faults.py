"""An author mends what is told of a lesson, from the outline to the block, and publishes; the home tells what broke."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Academy
from tests.browser.test_outline import look_closely
from tests.browser.test_studio import author as author
from tests.browser.test_studio import kept, look
from tests.course_fixtures import block_id

pytestmark = pytest.mark.browser

MAKE = """
import json
from courses.assessment.services.objectives import keep_objectives
from courses.models import Course, Lesson, Question
from courses.writing import services
from reviews.models import ReviewSetting
from tests.course_fixtures import COURSE, FACULTY, blocks, write_lesson
slug = "faulty-{size}"
fields = {{**COURSE, "title": "Faulty on the {size}", "objectives": "Find the edge", "post_test_questions": 1}}
services.draft_course(slug=slug, fields=fields, faculty=[FACULTY])
course = Course.objects.get(slug=slug)
keep_objectives(course.pk, course.objective_list)
ReviewSetting.objects.update_or_create(scope=f"course/{{course.pk}}", defaults={{"medical": False, "cme": False}})
names = [(f"{{word}}-{size}", f"{{word.capitalize()}} on the {size}") for word in ("mended", "leading", "left")]
services.place_lessons(course=course, modules=[("Basics", names)])
write_lesson("left-{size}", blocks("left", ("text", "<p>Words.</p>")), title="Left on the {size}")
link = '<p>See <a href="/courses/' + slug + '/left-{size}/">the lesson that is left</a>.</p>'
write_lesson("leading-{size}", blocks("leading", ("text", link)), title="Leading on the {size}")
table = {{"caption": "Missed", "columns": [{{"type": "text", "heading": "Series"}}, {{"type": "rate", "heading": "%"}}],
    "rows": [{{"values": ["Supine", {{"percent": "35", "low": "20", "high": "50"}}]}}]}}
first = '<p>Read <a href="example.org">the page</a> first.</p>'
body = blocks("mended-{size}", ("text", first), ("text", "<p>More.</p>"),
    ("table", {{"table": table, "source": "Counted."}}), ("references", {{"references": ["Author A. Edges. 2001."]}}))
fields = {{"title": "Mended on the {size}", "summary": "", "body": json.dumps(body)}}
services.draft_lesson(slug="mended-{size}", fields=fields)
"""
PUBLISH_COURSE = """
from courses.models import Course, Question
from courses.writing import services
course = Course.objects.get(slug="faulty-{size}")
choices = [{{"text": words, "is_correct": words == "One", "rationale": "So."}} for words in ("One", "Two", "Three")]
fields = {{"stem": "<p>Which?</p>", "objective": course.objective_rows.get()}}
services.draft_question(key="faulty-{size}", course=course, fields=fields, choices=choices).publish()
course.latest_revision.publish()
"""
NIGHT = """
from courses.faults.services import look_at_what_is_live
from courses.models import Lesson
Lesson.objects.get(slug="left-{size}").unpublish()
look_at_what_is_live()
"""
MALFORMED = "The link “the page” is no address"


def test_author_mends_and_publishes(academy: Academy, author: Page, new_device: Callable[..., Page], size: str) -> None:
    academy.run(MAKE.format(size=size))
    author.goto(f"{academy.url}/studio/snippets/courses/course/")
    author.get_by_role("link", name=f"Faulty on the {size}", exact=True).click()
    author.get_by_role("link", name="Outline", exact=True).first.click()

    # The outline counts at the lesson, and leads to the list, and the list to the block.
    lesson = author.locator("[data-lesson]").filter(has_text=f"Mended on the {size}")
    expect(lesson.get_by_role("link", name="1 to mend")).to_be_visible()
    look_closely(author, "faults-outline", size=size)
    lesson.get_by_role("link", name="1 to mend").click()
    told = author.locator(".outline-faults .stops").filter(has_text=MALFORMED)
    expect(told).to_be_in_viewport()
    told.get_by_role("link").click()

    # The editor opens at the block; above it stands the same, and advice.
    panel = author.locator(".faults-of-draft")
    expect(panel.locator(".stops")).to_have_count(1)
    expect(panel).to_contain_text("Say in one sentence what it teaches.")
    expect(panel).to_contain_text("has no DOI, PMID or address")
    block = block_id(f"mended-{size}", 0)
    expect(author.locator(f"[data-contentpath='{block}'] [contenteditable=true]").first).to_be_in_viewport()
    look(author, "faults-editor", size=size)
    expect(author.locator("html[data-watched]")).to_be_attached()
    panel.get_by_role("link", name="Say in one sentence what it teaches.").click()
    summary = author.locator("#id_summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    author.keyboard.type("What an edge is.")
    kept(author)
    expect(panel).not_to_contain_text("Say in one sentence what it teaches.")

    # What stops is refused, with the same words, until it is mended.
    author.get_by_role("button", name="Publish", exact=True).click()
    expect(author.locator(".messages")).to_contain_text(MALFORMED)
    academy.run(
        f"import json\nfrom courses.models import Lesson\nlesson = Lesson.objects.get(slug='mended-{size}')\n"
        "row = lesson.get_latest_revision_as_object()\nbody = list(row.body.raw_data)\n"
        "body[0]['value'] = '<p>Read <a href=\"https://example.org\">the page</a> first.</p>'\n"
        "row.body = json.dumps(body)\nrow.save_revision()"
    )
    author.goto(author.url.split("#")[0])
    expect(panel).not_to_contain_text(MALFORMED)
    expect(panel.locator(".stops")).to_have_count(0)
    author.get_by_role("button", name="Publish", exact=True).click()
    expect(author.locator(".messages")).to_contain_text("published")


def test_home_tells_what_broke_at_night(academy: Academy, author: Page, size: str) -> None:
    academy.run(MAKE.format(size=f"night-{size}"))
    academy.run(PUBLISH_COURSE.format(size=f"night-{size}"))
    academy.run(NIGHT.format(size=f"night-{size}"))
    author.goto(f"{academy.url}/studio/")
    row = author.locator("[data-code=link-taken-off]").filter(has_text=f"Leading on the night-{size}")
    expect(row).to_contain_text("The link “the lesson that is left” leads to")
    expect(row).to_contain_text("since")
    look_closely(author, "faults-home", size=size)
    row.get_by_role("link").first.click()
    expect(author.locator(".faults-of-draft")).to_contain_text("The link “the lesson that is left” leads to")
