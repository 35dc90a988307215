"""What a stranger sees and tries before paying."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from courses.search.finding import PAGE_SIZE
from tests.browser.conftest import ONE_SIZE, Academy, see
from tests.browser.test_journey import COURSE, LOCKED, sign_in

pytestmark = pytest.mark.browser


def test_a_question_is_answered_where_it_stands(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(academy.url)
    page.wait_for_load_state("networkidle")
    see(page, "home", size=size)
    question = page.locator("#try")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))

    question.get_by_role("button", name="Answer").click()
    expect(question.get_by_role("alert")).to_be_focused()
    question.locator(".opt").nth(1).click()
    question.get_by_role("button", name="Answer").click()
    verdict = question.locator(".kick")
    expect(verdict).to_be_focused()
    expect(verdict).to_have_text(re.compile(r"Your answer:\s+(not )?right"))
    expect(question.locator(".opt.told")).to_have_count(question.locator(".opt").count())
    expect(verdict).to_be_in_viewport()
    # One thick rule above the answer, as above the question.
    thick = "all => all.filter(each => getComputedStyle(each).borderTopWidth === '3px').length"
    assert question.locator("*").evaluate_all(thick) == 1
    assert page.url == f"{academy.url}/"
    assert set(asked) == {"GET"}
    assert page.context.cookies() == []
    see(page, "home-answered", size=size)

    question.get_by_role("link", name="Answer again").click()
    expect(question.get_by_role("button", name="Answer")).to_be_visible()
    expect(question.locator("input:checked")).to_have_count(0)


@ONE_SIZE
def test_a_question_is_answered_without_a_script(academy: Academy, new_device: Callable[..., Page]) -> None:
    page = new_device(java_script_enabled=False)
    page.goto(academy.url)
    page.locator("#try .opt").nth(1).click()
    page.locator("#try button").click()
    expect(page).to_have_url(re.compile(r"/\?revision=\d+&choice=1#try$"))
    expect(page.locator("#try .opt.told")).to_have_count(4)
    expect(page.locator("#try")).to_be_in_viewport()
    page.get_by_role("link", name="Answer again").click()
    expect(page).to_have_url(f"{academy.url}/#try")
    expect(page.locator("#try form")).to_be_visible()


def test_a_stranger_is_told_of_every_place_by_lesson(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    member = new_device()
    sign_in(member, academy, "author@example.org")
    member.goto(f"{academy.url}/search/?q=amorphous")
    groups = member.locator(".groups a").all_inner_texts()
    # Other tests leave notes and answers of this person, which nobody else finds.
    own = sum(int(group.split()[-1]) for group in groups if group.startswith(("Your notes", "Questions you answered")))
    everywhere = int(member.locator(".told").inner_text().split()[0]) - own

    page = new_device()
    page.goto(f"{academy.url}/search/?q=amorphous")
    told = page.locator(".told").inner_text()
    found = [int(number) for number in re.findall(r"\d+", told)]
    assert found[0] == everywhere == found[1] + found[2]
    expect(page.locator(".hits li")).to_have_count(min(found[1], PAGE_SIZE))
    expect(page.locator(".locked-places h2")).to_have_text(f"{found[2]} more places open with access")
    places = [int(text.split()[0]) for text in page.locator(".locked-places span.st").all_inner_texts()]
    assert sum(places) == found[2]
    see(page, "search-stranger", size=size)

    # The lesson shows what its reader will be able to do, and its first figure, which opens enlarged.
    page.locator(f'.locked-places a[href="{COURSE}{LOCKED}/"]').click()
    expect(page.get_by_role("heading", name="What you will be able to do")).to_be_visible()
    assert page.locator("ul.tick li").count() >= 2
    picture = page.locator("figure img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.locator("figure a.zoom").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    see(page, "locked", size=size)
