"""From the front door to a verified certificate, as a person does it, at phone and desktop size."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import (
    ONE_SIZE,
    Academy,
    RightAnswers,
    answer_checks,
    code_in,
    complete_lesson,
    give_answer,
    see,
)

pytestmark = pytest.mark.browser

COURSE = "/courses/breast-calcifications/"
LESSONS = [
    "what-calcifications-are",
    "macro-and-microcalcifications",
    "acquiring-and-reading-the-images",
    "typically-benign-morphology",
    "suspicious-morphology",
    "distribution",
    "when-to-worry",
    "malignant-share-by-study",
    "cancer-dcis-and-stage",
    "ultrasound-mri-and-biopsy",
    "assessment-and-management",
    "reporting-and-talking-with-patients",
]
OPEN_TO_STRANGERS = ["what-calcifications-are", "typically-benign-morphology"]
LOCKED = "suspicious-morphology"
WITH_VIDEO = "assessment-and-management"
WATCH_IT = """
from accounts.models import User
from courses.models import Video, WatchedTime
video = Video.objects.get(title__startswith="Reading a calcification")
user = User.objects.get(email={email!r})
every_second = ((1 << video.seconds) - 1).to_bytes(-(-video.seconds // 8), "little")
WatchedTime.objects.create(user=user, video=video, watched=video.seconds, bits=every_second)
"""
NAME = "Zoë Ångström-Πέτρου, MD"


def go(page: Page, academy: Academy, path: str, name: str, *, size: str) -> None:
    page.goto(academy.url + path)
    see(page, name, size=size)


def sign_in(page: Page, academy: Academy, email: str, password: str = "reading-room") -> None:
    page.wait_for_load_state("networkidle")  # an answer that is on its way may bring another token for forms
    page.goto(f"{academy.url}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def answer_all(page: Page, *, rightly: bool, right_answers: RightAnswers) -> None:
    """Give every answer with its own save, then hand in."""
    count = page.locator(".qnav a").count()
    for number in range(1, count + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of {count}")
        give_answer(page, right_answers, rightly=rightly)
        expect(page.locator("#attempt-state .kick")).to_have_text(f"{number} of {count} answered and kept")
        page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.locator("form.q:not(.is-sending)")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()


@ONE_SIZE  # at a desk it is played through the production processes (scripts/rehearse.py)
def test_journey(academy: Academy, new_device: Callable[..., Page], size: str, right_answers: RightAnswers) -> None:
    email = f"zoe-{size}@example.org"
    page = new_device()
    look_around(page, academy, size=size)
    sign_up(page, academy, email, size=size)
    pay(page, academy, email, size=size)
    other = new_device()
    academy.run(WATCH_IT.format(email=email))  # the rehearsal plays it
    study(page, other, academy, email, right_answers, size=size)
    pass_the_post_test(other, right_answers, size=size)
    claim(other, new_device(), academy, email, size=size)
    # The dashboard knows all of it.
    go(other, academy, "/learn/", "learn", size=size)
    expect(other.locator("main")).to_contain_text("1.0 AMA PRA Category 1 Credit")
    go(other, academy, COURSE, "course-completed", size=size)
    go(other, academy, "/mail/", "mailbox", size=size)


def test_figure_opens_enlarged(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    """By keyboard and by touch, panel by panel; the focus comes back to the picture."""
    page = new_device()
    go(page, academy, f"{COURSE}{OPEN_TO_STRANGERS[1]}/", "lesson-preview", size=size)
    link = page.locator("figure.plates a.zoom").first
    small = link.locator("img").bounding_box()
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("status")).to_have_text(re.compile("^1 of "))
    large = dialog.locator("img").bounding_box()
    assert small and large and large["width"] > small["width"]
    see(page, "figure-enlarged", size=size)
    first = dialog.get_by_role("heading").inner_text()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading")).not_to_have_text(first)
    dialog.get_by_role("button", name="Previous").click()
    expect(dialog.get_by_role("heading")).to_have_text(first)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    link.click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile(OPEN_TO_STRANGERS[1]))


def test_pages_beside_the_path(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    go(page, academy, "/design/", "design", size=size)
    go(page, academy, "/nowhere/", "not-found", size=size)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here.")


def look_around(page: Page, academy: Academy, *, size: str) -> None:
    """What a stranger sees."""
    go(page, academy, "/", "home", size=size)
    go(page, academy, "/courses/", "catalogue", size=size)
    go(page, academy, COURSE, "course-stranger", size=size)
    for slug in OPEN_TO_STRANGERS:
        go(page, academy, f"{COURSE}{slug}/", f"lesson-{slug}", size=size)
        expect(page.get_by_role("heading", name="In short")).to_be_visible()
    go(page, academy, f"{COURSE}{LOCKED}/", "lesson-locked", size=size)
    expect(page.get_by_role("heading", name="In short")).to_have_count(0)


def sign_up(page: Page, academy: Academy, email: str, *, size: str) -> None:
    """The price leads to sign-up, and back; the code comes by mail."""
    go(page, academy, "/pricing/", "pricing-stranger", size=size)
    page.get_by_role("link", name="Get access").click()
    see(page, "sign-up", size=size)
    page.locator("[name=email]").fill(email)
    page.locator("[name=password1]").fill("a long reading-room phrase")
    page.get_by_role("button", name="Create account").click()
    see(page, "verify-address", size=size)
    page.locator("[name=code]").fill(code_in(academy.wait_for_mail(email, count=1)))
    page.get_by_role("button", name="Confirm").click()
    see(page, "profile", size=size)
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=profession]").select_option("physician")
    page.locator("[name=time_zone]").select_option("Europe/Stockholm")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(re.compile(r"/pricing/"))


def pay(page: Page, academy: Academy, email: str, *, size: str) -> None:
    """Leave, decline, pay."""
    see(page, "pricing", size=size)
    page.get_by_role("button", name="Pay $79").click()
    see(page, "sandbox", size=size)
    page.get_by_role("link", name="Leave without paying").click()
    expect(page.locator("main")).to_contain_text("No money moved")
    page.get_by_role("button", name="Pay $79").click()
    page.get_by_role("button", name="Decline the card").click()
    expect(page.get_by_role("alert")).to_contain_text("declined")
    page.get_by_role("button", name=re.compile(r"^Pay \$79")).click()
    expect(page.get_by_role("heading", name="Everything is open.")).to_be_visible(timeout=20_000)
    see(page, "paid", size=size)
    assert "79.00" in academy.wait_for_mail(email, count=2)
    go(page, academy, "/pricing/", "pricing-paid", size=size)
    expect(page.get_by_role("button", name=re.compile("Pay"))).to_have_count(0)


def study(
    page: Page,
    other: Page,
    academy: Academy,
    email: str,
    right_answers: RightAnswers,
    *,
    size: str,
    beside_the_video: Callable[[], None] | None = None,
) -> None:
    """Every lesson; another device goes on where this one stopped.

    The video plays in a tab of its own, as fast as it may, where there is something to do until it ends.
    """
    go(page, academy, f"{COURSE}{LESSONS[0]}/", "lesson-learner", size=size)
    complete_lesson(page, right_answers)
    expect(page).to_have_url(re.compile(LESSONS[1]))
    page.wait_for_load_state("load")  # what tells the academy where the reader is, among the rest
    page.get_by_role("heading", name="Measuring a particle").scroll_into_view_if_needed()
    page.evaluate("new Promise(requestAnimationFrame)")
    page.goto(f"{academy.url}/learn/")
    see(page, "learn-under-way", size=size)
    sign_in(other, academy, email, "a long reading-room phrase")
    other.goto(f"{academy.url}/learn/")
    other.get_by_role("link", name="Continue").click()
    expect(other).to_have_url(re.compile(LESSONS[1]))
    other.get_by_role("link", name="Go on where you stopped").click()
    expect(other.get_by_role("heading", name="Measuring a particle")).to_be_in_viewport()
    video = play_video(other, academy) if beside_the_video else None
    for slug in LESSONS[1:]:
        go(other, academy, f"{COURSE}{slug}/", f"lesson-{slug}-learner", size=size)
        if video and beside_the_video and slug == WITH_VIDEO:
            beside_the_video()
            finish_video(video, other, right_answers)
        complete_lesson(other, right_answers)
    expect(other).to_have_url(re.compile("post-test"))


def play_video(page: Page, academy: Academy) -> Page:
    """In a tab of its own."""
    video = page.context.new_page()
    video.goto(f"{academy.url}{COURSE}{WITH_VIDEO}/")
    video.get_by_label("Speed").select_option("3")
    video.get_by_role("button", name=re.compile("^Play")).click()
    expect(video.locator("[data-watched]")).not_to_contain_text("0:00 of 4:32 watched", timeout=30_000)
    return video


def finish_video(video: Page, other: Page, right_answers: RightAnswers) -> None:
    """Its lesson cannot be completed before enough of it was watched."""
    answer_checks(other, right_answers)
    expect(other.get_by_role("button", name=re.compile("^Completed"))).to_have_attribute("aria-disabled", "true")
    expect(video.locator("[data-unwatched]")).to_be_empty(timeout=150_000)
    expect(video.locator("[data-watched]")).to_contain_text("enough for credit")
    video.close()
    other.reload()


def pass_the_post_test(other: Page, right_answers: RightAnswers, *, size: str) -> None:
    """Told beforehand, failed once and told what to read again, passed and explained."""
    see(other, "post-test", size=size)
    expect(other.locator("main")).to_contain_text("9 of 12 questions right")
    other.get_by_role("button", name="Start the post-test").click()
    see(other, "question", size=size)
    answer_all(other, rightly=False, right_answers=right_answers)
    expect(other.get_by_role("heading", level=1)).to_have_text("Not passed yet.")
    see(other, "result-not-passed", size=size)
    other.get_by_role("link", name="Try again").click()
    other.get_by_role("button", name="Try again").click()
    answer_all(other, rightly=True, right_answers=right_answers)
    expect(other.get_by_role("heading", level=1)).to_have_text("You passed.")
    expect(other.locator("main")).to_contain_text("12 of 12 right, 100%")
    see(other, "result-passed", size=size)


def claim(other: Page, stranger: Page, academy: Academy, email: str, *, size: str) -> None:
    """Claim, certificate, mail, verification by a stranger."""
    other.get_by_role("link", name="Evaluate and claim credit").click()
    see(other, "claim", size=size)
    for question in other.locator("fieldset.q").all():
        question.locator("label.opt").first.click()
    other.locator("[name=credits]").select_option("1.0")
    other.locator("[name=attestation]").check()
    other.get_by_role("button", name="Claim credit").click()
    download = other.get_by_role("link", name=re.compile("Download the certificate"))
    expect(download).to_be_visible(timeout=30_000)
    see(other, "claimed", size=size)
    with other.expect_download() as started:
        download.click()
    text = PdfReader(started.value.path()).pages[0].extract_text()
    assert NAME in text
    assert "1.0 AMA PRA Category 1 Credit" in " ".join(text.split())
    assert "application/pdf" in academy.wait_for_mail(email, count=3)
    go(other, academy, "/cme/", "ledger", size=size)
    verify = other.locator("main a[href*='/verify/']").first.get_attribute("href")
    go(stranger, academy, str(verify), "verify-certificate", size=size)
    expect(stranger.locator("main")).to_contain_text(NAME)
    go(stranger, academy, "/verify/", "verify", size=size)


def test_account_pages(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    for name in ("login", "signup", "login/code", "password/reset"):
        go(page, academy, f"/accounts/{name}/", f"account-{name.replace('/', '-')}", size=size)
    sign_in(page, academy, "learner@example.org")
    for name in ("email", "password/change", "logout", "profile"):
        go(page, academy, f"/accounts/{name}/", f"account-{name.replace('/', '-')}", size=size)


def test_sign_in_by_code(academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device()
    page.goto(f"{academy.url}/accounts/login/code/")
    before = len(academy.mails("learner@example.org"))
    page.locator("[name=email]").fill("learner@example.org")
    page.locator("main form button").first.click()
    code = code_in(academy.wait_for_mail("learner@example.org", count=before + 1))
    see(page, "sign-in-code", size=size)
    page.locator("[name=code]").fill(code)
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/learn/"))
