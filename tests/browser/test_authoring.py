"""From an empty course in the studio to a learner's certificate, with a question of every kind, as people do it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy
from tests.browser.test_journey import sign_in
from tests.browser.test_studio import kept, write

pytestmark = [pytest.mark.browser, ONE_SIZE]

TITLE = "Reading a shoulder"
SAVED = 20_000
LEARNER = "shoulder@example.org"
MAKE_LEARNER = f"""
from allauth.account.models import EmailAddress
from accounts.models import User
from accounts.services import grant_access
profile = {{"name": "Sam Shoulder, MD", "profession": "physician", "time_zone": "UTC"}}
user = User.objects.create_user("{LEARNER}", "reading-room", **profile)
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
grant_access(user=user, source="test", reference="shoulder")
"""
FILL = """fields => {
  for (const [name, value] of Object.entries(fields)) {
    const field = document.querySelector(`[name="${name}"]`);
    field.value = value;
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}"""


def begin(page: Page, academy: Academy, model: str, **fields: str) -> None:
    """A new row, with what is typed into its plain fields."""
    page.goto(f"{academy.url}/studio/snippets/{model}/add/")
    expect(page.locator("html[data-watched]")).to_be_attached()
    fill(page, **fields)


def fill(page: Page, **fields: str) -> None:
    page.evaluate(FILL, fields)


def tell(page: Page, path: str, text: str) -> None:
    """Type into a rich text, and wait until it stands in the form: its editor writes it there a moment later."""
    write(page, page.locator(f"[data-contentpath={path}] .public-DraftEditor-content").first, text)
    stands = (
        "text => [...document.querySelectorAll('form input[type=hidden]')].some(field => field.value.includes(text))"
    )
    page.wait_for_function(stands, arg=text)


def choose(page: Page, field: str, title: str | re.Pattern[str], search: str = "") -> None:
    page.locator(f"#id_{field}-chooser").get_by_role("button", name="Choose").first.click()
    if search:
        page.locator(".modal input[name=q]").fill(search)
    page.locator(".modal").get_by_role("link", name=title).first.click()
    expect(page.locator(".modal")).to_have_count(0)


def publish(page: Page) -> None:
    page.locator("footer").get_by_role("button", name="Publish").first.click()
    expect(page.locator(".messages")).to_contain_text("published", timeout=SAVED)


def save(page: Page) -> None:
    page.locator("footer").get_by_role("button", name="Save").first.click()
    expect(page.locator(".messages")).to_contain_text(re.compile("created|updated"), timeout=SAVED)


def be_refused(page: Page) -> None:
    """Asks to publish what lacks something."""
    page.locator("footer").get_by_role("button", name="Publish").first.click()
    expect(page.locator(".messages")).to_contain_text("due to errors", timeout=SAVED)


def test_author_makes_a_course_and_a_learner_earns_its_credit(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    author, administrator, learner = watched(new_device()), watched(new_device()), new_device()
    academy.do_without_review()
    academy.run(MAKE_LEARNER)
    sign_in(author, academy, "author@example.org")
    write_course(author, academy)
    write_questions(author, academy)
    publish_course(author, academy)
    sign_in(administrator, academy, "administrator@example.org")
    offer_credit(administrator, academy)
    sign_in(learner, academy, LEARNER)
    earn(learner, academy)


def watched(page: Page) -> Page:
    page.add_init_script(
        "document.addEventListener('w-unsaved:watch-edits', () => document.documentElement.dataset.watched = '1')"
    )
    return page


def write_course(page: Page, academy: Academy) -> None:
    """A draft of the course, its module, and a lesson, which is a draft before it has its module."""
    begin(page, academy, "courses/course", title=TITLE, summary="A joint.", audience="Residents")
    fill(page, objectives="Name the bones\nMeasure the gap", minutes="20", post_test_questions="4")
    page.locator("#id_faculty-ADD").click()
    fill(page, **{"faculty-0-name": "Avery Author", "faculty-0-role": "Author", "faculty-0-disclosure": "Nothing."})
    tell(page, "description", "All about it.")
    kept(page)
    academy.do_without_review()
    be_refused(page)
    expect(page.locator(".messages")).to_contain_text("No lesson of this course is published.")
    expect(page.locator("[data-contentpath=post_test_questions]")).to_contain_text("0 questions of the tests are")
    page.goto(f"{academy.url}/courses/reading-a-shoulder/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here.")
    begin(page, academy, "courses/lesson", title="The bones", minutes="5")
    kept(page)
    lesson = page.url
    begin(page, academy, "courses/module", title="Anatomy")
    choose(page, "course", TITLE)
    publish(page)
    page.goto(lesson)
    choose(page, "module", re.compile("Anatomy"), search="Anatomy")
    page.locator("[data-contentpath=body] .c-sf-add-button").first.click()
    page.get_by_role("option", name="Text").click()
    tell(page, "body", "Three bones meet.")
    publish(page)


def write_questions(page: Page, academy: Academy) -> None:
    """One of every kind: a draft that is kept, told what it lacks, then published."""
    for kind in ("single", "numeric", "place", "multiple"):
        begin(page, academy, "courses/question", kind=kind, key=f"shoulder-{kind}")
        tell(page, "stem", f"Asked by {kind}")
        choose(page, "course", TITLE)
        kept(page)
        be_refused(page)
        WRITE[kind](page)
        publish(page)
    change_kind(page, academy)


def write_choices(page: Page) -> None:
    expect(page.locator("#panel-choices-content").get_by_text("A question needs two choices or more.")).to_be_visible()
    for number, (text, is_right) in enumerate([("Right", True), ("Wrong", False)]):
        page.locator("#id_choices-ADD").click()
        fill(page, **{f"choices-{number}-text": text, f"choices-{number}-rationale": "Because."})
        if is_right:
            page.locator(f"#id_choices-{number}-is_correct").check()


def write_number(page: Page) -> None:
    expect(page.locator("[data-contentpath=value]")).to_contain_text("Give the right value.")
    fill(page, value="8", tolerance="1", unit="mm", rationale="Because it was measured.")


def write_place(page: Page) -> None:
    expect(page.locator(".error-message", has_text="Choose the picture.")).to_be_visible()
    expect(page.get_by_text("No region is right yet.", exact=False).last).to_be_visible()
    page.locator("#id_image-chooser").get_by_role("button", name="Choose").first.click()
    page.locator(".modal .image-choice, .modal #image-results a").first.click()
    picture = page.locator(".question-picture")
    expect(picture).to_be_visible()
    picture.click()
    fill(page, image_alt="A shoulder from the front", rationale="The middle is in the middle.")


WRITE = {"single": write_choices, "multiple": write_choices, "numeric": write_number, "place": write_place}


def change_kind(page: Page, academy: Academy) -> None:
    """A published question with choices becomes a number: its choices are hidden, and go once that is ticked."""
    page.goto(f"{academy.url}/studio/snippets/courses/question/?q=shoulder-multiple")
    page.locator("td.title a").first.click()
    expect(page.locator("html[data-watched]")).to_be_attached()
    page.locator("#id_kind").select_option("numeric")
    expect(page.locator("#id_choices-ADD")).to_be_hidden()
    fill(page, value="3", tolerance="0", rationale="Three.")
    kept(page)
    be_refused(page)
    expect(page.locator("[data-contentpath=drops]")).to_contain_text("This kind does not use what is written here")
    page.locator("#id_drops").check()
    publish(page)


def publish_course(page: Page, academy: Academy) -> None:
    """Who cannot read images must be able to take its test: the course waits for a question in words."""
    page.goto(f"{academy.url}/studio/snippets/courses/course/?q=shoulder")
    page.get_by_role("link", name=TITLE).first.click()
    course = page.url
    be_refused(page)
    expect(page.locator("[data-contentpath=post_test_questions]")).to_contain_text("that stand for shoulder-place.")
    write_in_words(page, academy)
    page.goto(course)
    publish(page)


def write_in_words(page: Page, academy: Academy) -> None:
    begin(page, academy, "courses/question", kind="single", use="words", key="shoulder-place-in-words")
    tell(page, "stem", "Asked in words")
    choose(page, "course", TITLE)
    choose(page, "stands_for", "shoulder-place", search="shoulder place")
    kept(page)
    be_refused(page)
    write_choices(page)
    publish(page)


def offer_credit(page: Page, academy: Academy) -> None:
    words = dict.fromkeys(["accreditation_statement", "designation_statement", "method", "support_statement"], "Told.")
    today = datetime.now(UTC).date()
    dates = {"released_on": today - timedelta(days=1), "expires_on": today + timedelta(days=365)}
    begin(page, academy, "cme/activity", provider="Demonstration Institute", contact="cme@example.org", **words)
    fill(page, max_credits="0.5", **{name: day.isoformat() for name, day in dates.items()})
    fill(page, designated_on=dates["released_on"].isoformat())
    page.locator("#id_is_demonstration").check()
    page.locator("#id_credit_types").select_option(label="AMA PRA Category 1 Credit™")
    choose(page, "course", TITLE)
    save(page)


def earn(page: Page, academy: Academy) -> None:
    """Reads, passes, claims, and has the certificate."""
    page.goto(f"{academy.url}/courses/reading-a-shoulder/")
    expect(page.locator("main")).to_contain_text("3 of 4, at least 75%")
    page.get_by_role("link", name="Start: The bones").click()
    expect(page.locator(".lesson")).to_contain_text("Three bones meet.")
    page.get_by_role("button", name=re.compile("^Completed")).click()
    page.get_by_role("button", name="Start the post-test").click()
    for number in range(1, 5):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of 4")
        answer(page)
        expect(page.locator("#attempt-state .kick")).to_have_text(f"{number} of 4 answered and kept")
        page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.locator("form.q:not(.is-sending)")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed.")
    page.get_by_role("link", name="Evaluate and claim credit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim your credit")
    for question in page.locator("fieldset.q").all():
        question.locator("label.opt").first.click()
    page.locator("[name=credits]").select_option("0.5")
    page.locator("[name=attestation]").check()
    page.get_by_role("button", name="Claim credit").click()
    expect(page.get_by_role("link", name=re.compile("Download the certificate"))).to_be_visible(timeout=30_000)


def answer(page: Page) -> None:
    """What its author wrote as right."""
    asked = page.locator("form.q legend").inner_text()
    if "single" in asked:
        page.locator("label.opt", has_text="Right").click()
    elif "place" in asked:
        page.locator(".pad[role=application]").click()
    else:
        field = page.locator("form.q input[name=value]")
        field.fill("8" if "numeric" in asked else "3")
        field.blur()
