"""A lesson and its questions from an author's draft to a learner, by way of a reviewer and the CME office."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Academy
from tests.browser.test_journey import sign_in
from tests.browser.test_outline import look_closely
from tests.browser.test_studio import TOLD, kept, look, write
from tests.browser.test_studio import author as author

pytestmark = pytest.mark.browser

# A live course with an accredited activity, a lesson that everybody may read, and two questions with a newer draft.
MAKE = """
import json

from accounts.models import User
from cme.models import Activity
from courses.models import Course
from courses.writing import services
from reviews.models import ReviewSetting
from reviews.services.publishing import publish_loaded
from tests.course_fixtures import COURSE, FACULTY, blocks
slug = "reviewed-{size}"
fields = {{**COURSE, "title": "Reviewed on the {size}", "post_test_questions": 1}}
course_revision = services.draft_course(slug=slug, fields=fields, faculty=[FACULTY])
course = Course.objects.get(slug=slug)
ReviewSetting.objects.update_or_create(scope=f"course/{{course.pk}}", defaults={{"medical": True, "cme": True}})
services.place_lessons(course=course, modules=[("Film", [(f"edge-{size}", "The edge on the {size}")])])
texts = [("text", "<h2>The edge</h2><p>A thin white line.</p>"), ("text", "<p>Nothing beyond.</p>")]
body = blocks(f"edge-{size}", *texts)
lesson = {{"title": "The edge on the {size}", "summary": "An edge.", "minutes": 5, "is_preview": True}}
publish_loaded(revision=services.draft_lesson(slug=f"edge-{size}", fields={{**lesson, "body": json.dumps(body)}}))
author = User.objects.get(email="author@example.org")
for number in (1, 2):
    choices = [{{"text": f"Edge {{n}}", "is_correct": n == 2, "rationale": "So it is."}} for n in range(4)]
    given = {{"course": course, "choices": choices}}
    key = f"edge-{size}-{{number}}"
    publish_loaded(revision=services.draft_question(key=key, fields={{"stem": "<p>Which edge?</p>"}}, **given))
    newer = services.draft_question(key=key, fields={{"stem": "<p>Which edge is real?</p>"}}, **given)
    newer.user = author
    newer.save()
publish_loaded(revision=course_revision)
known = Activity.objects.exclude(course=course).first()
known.pk, known.course = None, course
known.save()
"""


def part(page: Page, words: str) -> Locator:
    return page.locator(".review-part").filter(has_text=words).first


def open_editor(page: Page, academy: Academy, size: str) -> None:
    page.goto(f"{academy.url}/studio/snippets/courses/lesson/?q=edge-{size}")
    page.get_by_role("link", name=f"The edge on the {size}", exact=True).first.click()
    expect(page.locator("html[data-watched]")).to_be_attached()


def press(page: Page, name: str) -> None:
    """A button at the foot, or behind the arrow there."""
    foot = page.locator("footer")
    if not foot.get_by_role("button", name=name).first.is_visible():
        foot.get_by_role("button", name="More actions").click()
    foot.get_by_role("button", name=name).first.click()


def open_in_queue(page: Page, academy: Academy, title: str) -> None:
    page.goto(f"{academy.url}/studio/reviews/")
    page.locator(".review-list").get_by_role("link", name=title, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_lesson_goes_from_its_author_to_a_learner(
    academy: Academy, author: Page, new_device: Callable[..., Page], size: str
) -> None:
    academy.run(MAKE.format(size=size))
    reviewer, office, stranger = new_device(), new_device(), new_device()
    TOLD[reviewer], TOLD[office] = [], []
    title = f"The edge on the {size}"

    # The author mends a text, and sends the lesson.
    open_editor(author, academy, size)
    write(author, author.locator("[data-contentpath=body] .public-DraftEditor-content").first, " It is pleural.")
    kept(author)
    look(author, "review-editor", size=size)
    press(author, "Send to review")
    expect(author.locator("ins").first).to_contain_text("It is pleural.")
    look_closely(author, "review-send", size=size)
    author.get_by_label("Note for the reviewer").fill("One sentence more.")
    author.get_by_role("button", name="Send to review").click()
    expect(author.locator(".review-head .review-state")).to_have_text("In medical review")

    # All else that changed in the course goes along from its outline.
    author.goto(f"{academy.url}/studio/snippets/courses/course/")
    author.get_by_role("link", name=f"Reviewed on the {size}", exact=True).click()
    author.get_by_role("link", name="Outline", exact=True).first.click()
    expect(author.locator(".outline-state").filter(has_text="In medical review")).to_be_visible()
    author.get_by_role("link", name="Send all that changed to review").click()
    expect(author.get_by_role("checkbox")).to_have_count(2)
    look_closely(author, "review-send-all", size=size)
    author.get_by_role("button", name="Send to review").click()
    expect(author.locator(".messages")).to_contain_text("2 drafts are sent to review.")

    # The reviewer comments on the block and asks for changes.
    sign_in(reviewer, academy, "reviewer@example.org")
    academy.wait_for_mail("reviewer@example.org", count=1)
    reviewer.goto(f"{academy.url}/studio/")
    expect(reviewer.locator(".studio-review")).to_contain_text("wait for you")
    open_in_queue(reviewer, academy, title)
    block = part(reviewer, "A thin white line.")
    expect(block.locator("ins")).to_contain_text("It is pleural.")
    block.locator(".review-new summary").click()
    block.locator(".review-new textarea").fill("Say of which pleura.")
    block.get_by_role("button", name="Keep the comment").click()
    expect(part(reviewer, "A thin white line.").locator(".review-comments")).to_contain_text("Say of which pleura.")
    look_closely(reviewer, "review-screen", size=size)
    reviewer.get_by_label("What has to change, and why").fill("The sentence is half.")
    reviewer.get_by_role("button", name="Ask for changes").click()
    expect(reviewer.locator(".messages")).to_contain_text("went back to its author")

    # The author mends it, answers, and sends it again.
    sent_back = academy.wait_for_mail("author@example.org", count=1)
    assert "Changes asked for" in sent_back
    open_editor(author, academy, size)
    write(author, author.locator("[data-contentpath=body] .public-DraftEditor-content").first, " Of the lung.")
    kept(author)
    press(author, "Send to review")
    author.get_by_role("button", name="Send to review").click()
    comment = author.locator(".review-comments li").filter(has_text="Say of which pleura.")
    comment.get_by_text("Answer", exact=True).first.click()
    comment.locator("textarea").fill("Of the lung: mended.")
    comment.get_by_role("button", name="Send the answer").click()
    expect(author.locator(".review-answer")).to_contain_text("Of the lung: mended.")

    # The reviewer resolves the comment, approves, and approves the questions together once each was opened.
    open_in_queue(reviewer, academy, title)
    reviewer.locator(".review-comments").get_by_role("button", name="Resolved").click()
    expect(reviewer.locator(".review-comments li.is-resolved")).to_be_visible()
    reviewer.get_by_role("button", name="Approve", exact=True).click()
    expect(reviewer.locator(".messages")).to_contain_text("waits for the CME office now")
    expect(reviewer.get_by_role("checkbox", name=f"Choose edge-{size}-1")).to_be_disabled()
    for number in (1, 2):
        open_in_queue(reviewer, academy, f"edge-{size}-{number}")
    reviewer.goto(f"{academy.url}/studio/reviews/")
    look_closely(reviewer, "review-queue", size=size)
    for number in (1, 2):
        reviewer.get_by_role("checkbox", name=f"Choose edge-{size}-{number}").check()
    reviewer.get_by_role("button", name="Approve those that are chosen").click()
    expect(reviewer.locator(".messages")).to_contain_text("2 are approved.")

    # A learner has what was there before, until the CME office has approved.
    stranger.goto(f"{academy.url}/courses/reviewed-{size}/edge-{size}/")
    expect(stranger.locator(".lesson")).to_contain_text("A thin white line.")
    expect(stranger.locator(".lesson")).not_to_contain_text("It is pleural.")
    sign_in(office, academy, "office@example.org")
    open_in_queue(office, academy, title)
    office.get_by_role("button", name="Approve", exact=True).click()
    expect(office.locator(".messages")).to_contain_text("is approved and live")
    stranger.reload()
    expect(stranger.locator(".lesson")).to_contain_text("It is pleural. Of the lung.")

    # What was decided stands in the record.
    office.goto(f"{academy.url}/studio/reviews/record/")
    expect(office.locator("table.listing")).to_contain_text("The sentence is half.")
    look(office, "review-record", size=size)
    correct(academy, author, reviewer, stranger, size)
    assert TOLD[author] == []


def correct(academy: Academy, author: Page, reviewer: Page, stranger: Page, size: str) -> None:
    """A letter more goes live at once; a reviewer looks at it afterwards."""
    open_editor(author, academy, size)
    author.locator("#id_summary").fill("An edges.")
    kept(author)
    press(author, "Publish a small correction")
    author.get_by_label("What was corrected").fill(f"A letter was missing on the {size}.")
    author.get_by_role("button", name="Publish the correction").click()
    expect(author.locator(".messages")).to_contain_text("The correction is published.")
    stranger.reload()
    expect(stranger.locator("main")).to_contain_text("An edges.")
    reviewer.goto(f"{academy.url}/studio/reviews/")
    correction = reviewer.locator(".review-list li").filter(has_text=f"A letter was missing on the {size}.")
    expect(correction.locator("ins")).to_have_text("edges")
    correction.get_by_role("button", name=re.compile("Seen")).click()
    expect(reviewer.locator(".messages")).to_contain_text("The correction is noted as seen.")
