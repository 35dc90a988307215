"""A lesson is completed with the last answer to its checks: in the page, without a script, and after a lost network."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_SIZE, Academy, RightAnswers, answer_checks, give_answer, see
from tests.browser.test_journey import COURSE, sign_in

pytestmark = pytest.mark.browser

LESSON, NEXT = "suspicious-morphology", "distribution"
ADD_LEARNER = """
from allauth.account.models import EmailAddress
from accounts.models import User
from accounts.services import grant_access
user = User.objects.create_user({email!r}, "reading-room", name="Dana Demonstration, MD", profession="physician")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
grant_access(user=user, source="test", reference=user.email)
"""


@pytest.fixture
def page(academy: Academy, new_device: Callable[..., Page], size: str, request: pytest.FixtureRequest) -> Page:
    """Of a learner who has answered nothing yet, in the lesson."""
    email = f"{re.sub(r'[^a-z]+', '-', request.node.name)}@example.org"
    academy.run(ADD_LEARNER.format(email=email))
    page = new_device()
    sign_in(page, academy, email)
    page.goto(f"{academy.url}{COURSE}{LESSON}/")
    return page


def test_last_answer_completes_the_lesson_where_the_reader_is(
    page: Page, size: str, right_answers: RightAnswers
) -> None:
    see(page, "lesson-checks-left", size=size)
    end = page.locator("#lesson-end .complete")
    end.get_by_role("link", name=re.compile("^Answer the .*check.* to complete this lesson$")).click()
    expect(page.locator(".lesson-check form.q").first).to_be_in_viewport()
    answer_checks(page, right_answers, rightly=False)
    expect(end.get_by_text("Completed", exact=True)).to_be_visible()
    expect(page.locator("#lesson-list [aria-current=page]")).to_contain_text("completed")
    expect(page.locator("#lesson-end .credit")).to_contain_text("8% of the lessons")
    see(page, "lesson-checks-answered", size=size)
    end.get_by_role("link", name="Go to the next lesson").click()
    expect(page).to_have_url(re.compile(NEXT))


@ONE_SIZE
def test_answers_given_without_a_network_complete_the_lesson_once_it_is_back(
    page: Page, size: str, right_answers: RightAnswers
) -> None:
    page.context.set_offline(True)
    checks = page.locator(".lesson-check").all()
    for check in checks:
        give_answer(check, right_answers, rightly=True)
        check.get_by_role("button", name="Answer").click()
        expect(check.locator(".unsent")).to_be_visible()
    page.context.set_offline(False)
    for check in checks:
        expect(check.get_by_role("status")).to_contain_text("Check yourself:")
    expect(page.locator("#lesson-end .complete").get_by_text("Completed", exact=True)).to_be_visible()


@ONE_SIZE
def test_without_a_script(
    academy: Academy, page: Page, new_device: Callable[..., Page], size: str, right_answers: RightAnswers
) -> None:
    plain = new_device(java_script_enabled=False)
    plain.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    lesson = f"{academy.url}{COURSE}{LESSON}/"
    plain.goto(lesson)
    link = plain.get_by_role("link", name=re.compile("^Answer .* to complete this lesson$"))
    while link.count():
        link.click()
        check = plain.locator(f"#{plain.url.partition('#')[2]}")
        for numbers in check.locator("summary").all():
            numbers.click()
        for field in check.locator("input:is([name=value], [name=x], [name=y])").all():
            field.fill("50")
        for choice in check.locator("input[name=choice]").all()[:1]:
            choice.check()
        check.get_by_role("button", name="Answer").click()
        expect(plain.get_by_role("status")).to_contain_text("Check yourself:")
        plain.get_by_role("link", name="Back to the lesson").click()
        expect(plain).to_have_url(lesson)
    expect(plain.locator("#lesson-end .complete").get_by_text("Completed", exact=True)).to_be_visible()


@ONE_SIZE
def test_views_are_looked_at_and_a_worked_case_opens_step_by_step(page: Page, academy: Academy, size: str) -> None:
    view, pair = page.locator(".block.view").first, page.locator(".block.pair").first
    outline = view.locator(".outline").first
    expect(outline).to_be_hidden()
    view.get_by_label("Show the outline").check()
    expect(outline).to_be_visible()
    see(page, "lesson-views", size=size)
    pair.get_by_label("Hide the names").check()
    expect(pair.get_by_text("Large rod-like")).to_be_hidden()
    page.goto(f"{academy.url}{COURSE}worked-case-10/")
    steps = page.locator("#steps")
    expect(steps).to_contain_text("Step 1 of 3.")
    expect(page.get_by_role("heading", name="The tangential view")).to_have_count(0)
    page.locator("form.q [type=radio]").first.focus()
    page.keyboard.press("Space")
    page.locator("form.q").get_by_role("button", name="Answer").press("Enter")
    expect(page.get_by_role("heading", name="The tangential view")).to_be_visible()
    expect(steps).to_contain_text("Step 2 of 3.")
    expect(page.locator(".lesson-check .kick").first).to_be_focused()
    see(page, "worked-case", size=size)
    page.reload()
    expect(steps).to_contain_text("Step 2 of 3.")
    page.locator("form.q [type=radio]").nth(1).check()
    page.locator("form.q").get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    expect(page.locator("#lesson-end .complete").get_by_text("Completed", exact=True)).to_be_visible()
