"""Questions of every kind: without the network nothing is lost, and a place is marked by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE, ONE_SIZE, Academy, RightAnswers, give_answer, see
from tests.browser.test_journey import COURSE, sign_in

pytestmark = pytest.mark.browser

ADD_ATTEMPT = """
from random import Random
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from accounts.models import User
from courses.assessment.asking import freeze
from courses.models import Attempt, AttemptQuestion, Question
user = User.objects.create_user({email!r}, "reading-room", name="Avery Author")
user.groups.add(Group.objects.get(name="Authors"))
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
pool = Question.objects.filter(course__slug="breast-calcifications", live=True)
course = pool[0].course
attempt = Attempt.objects.create(user=user, course=course, passing_score=course.passing_score)
for position, question in enumerate([pool.filter(kind={kind!r})[0], pool.filter(kind="single")[1]], start=1):
    AttemptQuestion.objects.create(
        attempt=attempt,
        position=position,
        question=question,
        revision_id=question.live_revision_id,
        content=freeze(question, Random(1)),
    )
"""


def open_pre_test(page: Page, academy: Academy) -> str:
    """The pre-test waits for no lesson, and the author may open everything. Returns its address."""
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}{COURSE}pre-test/")
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/post-test/\d+/"))
    return page.url.partition("?")[0]


@ONE_SIZE
def test_nothing_is_lost_without_the_network(
    academy: Academy, new_device: Callable[..., Page], size: str, right_answers: RightAnswers
) -> None:
    page = new_device()
    attempt = open_pre_test(page, academy)
    rightly = size == "phone"  # so that the second size finds another answer than the first left
    page.goto(f"{attempt}?q=1")
    see(page, "pre-test-question", size=size)
    page.context.set_offline(True)
    give_answer(page, right_answers, rightly=rightly)
    expect(page.locator("#kept-here")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#hand-in-waits")).to_be_visible()
    expect(page).to_have_url(f"{attempt}?q=1")
    # The laptop is closed and opened again: the page is loaded anew, on the network.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{attempt}?q=1")
    expect(page.locator("#attempt-state .qnav a").first).to_have_class("ans")
    expect(page.locator("#kept-here")).to_be_hidden()
    # The second size finds the question answered, so the mark alone does not say that this answer has arrived.
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('escan:answers'))")
    # Back without loading the page: it is sent by itself, and another device sees it.
    page.goto(f"{attempt}?q=2")
    page.context.set_offline(True)
    give_answer(page, right_answers, rightly=rightly)
    expect(page.locator("#kept-here")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#kept-here")).to_be_hidden(timeout=20_000)
    other = new_device()
    sign_in(other, academy, "author@example.org")
    other.goto(f"{attempt}?q=2")
    expect(other.locator(".qnav a").nth(1)).to_have_class("ans")


def test_place_is_marked_by_keyboard_alone(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """In a lesson's check: the crosshair goes from the middle to the third disc, which is right."""
    page = new_device()
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}{COURSE}macro-and-microcalcifications/")
    check = page.locator(".lesson-check").first
    pad, again = check.locator(".pad[role=application]"), check.get_by_role("link", name="Answer again")
    expect(pad.or_(again)).to_be_visible()  # it comes by a request of its own
    if again.is_visible():
        again.click()
    pad.focus()
    for _ in range(18):
        page.keyboard.press("ArrowRight")
    expect(check.locator("[data-told]")).to_have_text("Crosshair at 68 percent across, 50 percent down.")
    page.keyboard.press("Enter")
    expect(check.locator("[data-told]")).to_have_text("Marked at 68 percent across, 50 percent down.")
    check.get_by_role("button", name="Answer").focus()
    see(page, "check-place", size=size)
    page.keyboard.press("Enter")
    expect(check.get_by_role("status")).to_have_text(re.compile("Check yourself:\\s*right"))
    see(page, "check-place-told", size=size)


def open_attempt(page: Page, academy: Academy, email: str) -> str:
    sign_in(page, academy, email)
    page.goto(f"{academy.url}{COURSE}post-test/")
    page.locator("main aside dl a").click()
    expect(page).to_have_url(re.compile(r"/post-test/\d+/"))
    return page.url.partition("?")[0]


def give(page: Page, kind: str, answer: str) -> None:
    if kind == "single":
        page.locator(f"form.q [name=choice][value='{answer}']").check()
    else:
        page.locator("form.q [name=value]").fill(answer)


def given(page: Page, kind: str) -> str | None:
    field = page.locator("form.q [name=choice]:checked" if kind == "single" else "form.q [name=value]")
    return field.input_value() if field.count() else None


def save(page: Page) -> None:
    """With the button, which goes on when everything has arrived."""
    page.get_by_role("button", name="Save and go to question 2").click()
    page.wait_for_url(re.compile("q=2$"))


@ONE_SIZE
def test_what_is_typed_survives_a_tab_that_dies(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """The field was never left, so nothing was sent."""
    email = "tab-that-dies@example.org"
    academy.run(ADD_ATTEMPT.format(email=email, kind="numeric"))
    page = new_device()
    address = f"{open_attempt(page, academy, email)}?q=1"
    page.goto(address)
    page.locator("form.q [name=value]").press_sequentially("17.5")
    reopened = page.context.new_page()
    reopened.goto(address)
    expect(reopened.locator("form.q [name=value]")).to_have_value("17.5")
    reopened.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('escan:answers'))")
    other = new_device()
    sign_in(other, academy, email)
    other.goto(address)
    assert given(other, "numeric") == "17.5"


@ONE_SIZE
@pytest.mark.parametrize("kind", ["single", "numeric"])
def test_old_page_writes_over_nothing(academy: Academy, new_device: Callable[..., Page], size: str, kind: str) -> None:
    """Its question was answered on another device since, and only its button is pressed."""
    email = f"old-page-{kind}-{size}@example.org"
    academy.run(ADD_ATTEMPT.format(email=email, kind=kind))
    old, new = new_device(), new_device()
    address = f"{open_attempt(old, academy, email)}?q=1"
    sign_in(new, academy, email)
    for answer in ("0", "1"):  # the old page shows nothing first, then the answer before
        old.goto(address)
        new.goto(address)
        give(new, kind, answer)
        if kind == "numeric":
            new.keyboard.press("Enter")  # without leaving the field
            new.wait_for_url(re.compile("q=2$"))
        else:
            save(new)
        save(old)
        new.goto(address)
        assert given(new, kind) == answer
    # What the old page has sent itself it does not send again, either; the box counts as an answer does.
    old.goto(address)
    give(old, kind, "2")
    old.locator("[name=unsure]").check()
    old.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('escan:answers'))")
    new.goto(address)
    assert given(new, kind) == "2"
    expect(new.locator("[name=unsure]")).to_be_checked()
    give(new, kind, "1")
    new.locator("[name=unsure]").uncheck()
    save(new)
    save(old)
    new.goto(address)
    assert given(new, kind) == "1"
    expect(new.locator("[name=unsure]")).not_to_be_checked()


@ONE_SIZE
def test_place_in_numbers_is_sent_when_both_are_there(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    email = "place-in-numbers@example.org"
    academy.run(ADD_ATTEMPT.format(email=email, kind="place"))
    page = new_device()
    page.goto(f"{open_attempt(page, academy, email)}?q=1")
    sent = []
    page.on("response", lambda answer: sent.append(answer.status) if answer.request.method == "POST" else None)
    page.get_by_text("Give the place in numbers").click()
    page.locator("[data-x]").fill("40")
    page.locator("[data-y]").focus()  # across is left
    page.keyboard.type("60")
    assert sent == []
    page.keyboard.press("Tab")
    expect(page.locator("#attempt-state .qnav a").first).to_have_class("ans")
    assert sent == [200]
    expect(page.locator("#not-kept")).to_be_hidden()


@ONE_SIZE
def test_keyboard_goes_on_at_the_next_question(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """Not at the head of the page: after an answer the first key leads to the next answer."""
    email = "by-keyboard@example.org"
    academy.run(ADD_ATTEMPT.format(email=email, kind="numeric"))
    page = new_device()
    page.goto(f"{open_attempt(page, academy, email)}?q=1")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=2$"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("form.q [name=choice]").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#attempt-state .qnav a").nth(1)).to_have_class("ans")
    expect(page.locator("form.q [name=choice]").first).to_be_focused()


# --- In the studio ----------------------------------------------------------------------------------

GIFT = """::film edge::[html]<p>Which <b>edge</b> is a skin fold?</p> {=Runs on#It does. ~Ends#No.}

::film essay::Write what you see. {}
"""
ASK_WITH_A_WRONG_KEY = """
from django.utils import timezone
from accounts.models import User
from courses.assessment.asking import freeze
from courses.models import Attempt, AttemptQuestion, Question
from reviews.services.publishing import publish_loaded
question = Question.objects.get(key="film-edge")
publish_loaded(revision=question.get_latest_revision())
question.refresh_from_db()
content = freeze(question, None)
right = [choice["is_correct"] for choice in content["choices"]].index(True)
for choice in content["choices"]:
    choice["is_correct"] = not choice["is_correct"]
user = User.objects.create_user({email!r}, "reading-room", name="Ada Asked", profession="physician", time_zone="UTC")
attempt = Attempt.objects.create(
    user=user, course=question.course, passing_score=80, submitted_at=timezone.now(), score=0
)
AttemptQuestion.objects.create(
    attempt=attempt, position=1, question=question, revision=question.live_revision, content=content,
    answer=right, is_right=False,
)
"""


def see_studio(page: Page, name: str) -> None:
    """In its light look: the colors of the dark one are the library's."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == [], name
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{name} is wider than the screen: {width}"


@ONE_SIZE
def test_author_brings_questions_in_and_has_attempts_marked_again(
    academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    page = new_device()
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}/studio/questions/imports/")
    see_studio(page, "studio-question-imports")
    page.locator("#id_course").select_option(index=1)
    page.locator("#id_file").set_input_files({"name": "film.txt", "mimeType": "text/plain", "buffer": GIFT.encode()})
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("It asks for an essay: there is no such kind of question here.")).to_be_visible()
    expect(page.get_by_text("1 question was understood.")).to_be_visible()
    see_studio(page, "studio-question-report")
    page.get_by_role("button", name="Bring them in as drafts").click()
    expect(page.get_by_role("heading", name="The drafts")).to_be_visible()
    page.get_by_role("link", name="film-edge").click()
    expect(page.locator("#id_key")).to_have_value("film-edge")

    page.goto(f"{academy.url}/studio/questions/export/")
    page.locator("#id_course").select_option(index=1)
    page.get_by_role("button", name="Show the files").click()
    see_studio(page, "studio-question-export")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert b"film-edge" in download.value.path().read_bytes()

    email = f"asked-{size}@example.org"
    academy.run(ASK_WITH_A_WRONG_KEY.format(email=email))
    page.goto(f"{academy.url}/studio/snippets/courses/question/?q=film-edge")
    page.locator("td.title a").first.click()
    address = re.search(r"/edit/(\d+)/", page.url)
    assert address
    page.goto(f"{academy.url}/studio/questions/{address[1]}/regrade/")
    expect(page.get_by_text("1 learner passes now")).to_be_visible()
    see_studio(page, "studio-regrade")
    page.locator("#id_because").fill("The two choices were confused.")
    page.get_by_role("button", name="Mark them again").click()
    expect(page.get_by_text("1 learner passed by it.")).to_be_visible()
    assert "You passed the test after all" in academy.wait_for_mail(email, count=1)
