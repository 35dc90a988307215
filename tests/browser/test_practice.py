"""The reading room from the front page to the truth: by mouse, by touch, by keyboard, and without a script."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ONE_SIZE, PICTURES, ROOT, Academy, environment_of, see
from tests.browser.test_journey import sign_in
from tests.imaging.incoming.files import draw_breast, save_dicom

pytestmark = pytest.mark.browser

BUDGET = 400_000
"""Bytes of pictures until four views stand fit to the screen."""


@pytest.fixture
def room(academy: Academy, new_device: Callable[..., Page], size: str) -> Page:
    """The page of practice, once the three open studies are made."""
    page = new_device(has_touch=size == "phone")
    deadline = time.monotonic() + 300
    page.goto(f"{academy.url}/practice/")
    while not page.get_by_text("3 studies are open to everybody").count():
        assert time.monotonic() < deadline, "the studies are not made"
        time.sleep(2)
        page.reload()
    return page


def begin(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name=re.compile("Read a study now|Next study|Go on")).click()
    expect(page.get_by_role("heading", name="Read this study")).to_be_visible()


def pane_of(page: Page) -> Locator:
    """The first view, once its pixels are there."""
    pane = page.locator("[data-viewer] .pane:visible").first
    expect(pane.locator("canvas").first).to_be_visible()
    return pane


def say(page: Page) -> None:
    form = page.locator("[data-mark-form]")
    form.get_by_label("Morphology").select_option("amorphous")
    form.get_by_label("Distribution").select_option("grouped")
    form.get_by_role("button", name="Done").click()


def answer(page: Page) -> None:
    page.locator("label.opt").get_by_text("No recall").click()
    page.get_by_label("BI-RADS category").select_option("2")


def lock(page: Page) -> None:
    page.get_by_role("button", name="Lock my reading").click()
    expect(page.get_by_role("heading", name="Lock this reading?")).to_be_visible()
    page.get_by_role("button", name="Lock my reading").click()
    expect(page.get_by_role("heading", name="What is there", exact=True)).to_be_visible()


def test_stranger_reads_a_study_and_is_told(room: Page, academy: Academy, size: str) -> None:
    page = room
    page.goto(academy.url)
    page.get_by_role("link", name="Read a study now").click()
    see(page, "practice", size=size)
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: sizes.append(request.sizes()["responseBodySize"]) if ".webp" in request.url else None,
    )
    begin(page)
    pane = pane_of(page)
    see(page, "practice-study", size=size)
    assert 0 < sum(sizes) < BUDGET
    expect(page.locator(".pictures")).to_be_hidden()
    page.locator("[data-tool=mark]").click()
    box = pane.bounding_box()
    assert box
    place = {"x": box["width"] * 0.8, "y": box["height"] * 0.5}
    if size == "phone":
        pane.tap(position=place)  # type: ignore[arg-type]
    else:
        pane.click(position=place)  # type: ignore[arg-type]
    say(page)
    expect(page.locator("#marks")).to_contain_text("1. R CC: Amorphous, grouped")
    # Leaving and coming back.
    page.goto(f"{academy.url}/practice/")
    begin(page)
    expect(page.locator("#marks")).to_contain_text("1. R CC: Amorphous, grouped")
    expect(page.locator("[data-viewer] .mark")).to_have_count(1)
    answer(page)
    lock(page)
    see(page, "practice-truth", size=size)
    expect(page.get_by_text(re.compile("1. R CC: on"))).to_be_visible()
    page.get_by_role("link", name="My performance").first.click()
    expect(page.get_by_text("From 1 study: your first reading of each.")).to_be_visible()
    see(page, "practice-performance", size=size)
    page.goto(f"{academy.url}/practice/")
    begin(page)


@ONE_SIZE
def test_reading_by_keyboard_alone(room: Page, size: str) -> None:
    page = room
    button = page.get_by_role("button", name=re.compile("Read a study now|Next study|Go on"))
    button.focus()
    page.keyboard.press("Enter")
    pane = pane_of(page)
    pane.focus()
    for key in ("m", "Shift+ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    form = page.locator("[data-mark-form]")
    expect(form.get_by_label("Morphology")).to_be_focused()
    page.keyboard.type("Rim")
    page.keyboard.press("Tab")
    page.keyboard.type("Grouped")
    page.keyboard.press("Enter")
    expect(page.locator("#marks")).to_contain_text("1. R CC: Rim, grouped")
    # A magnification of the place of the crosshair, made meanwhile, hangs without a reload.
    pane.focus()
    for key in ("x", "ArrowRight", "Enter", "Enter"):
        page.keyboard.press(key)
    told = page.locator("[data-viewer] [data-told]")
    expect(told).to_contain_text("R MCC is asked for.")
    expect(told).to_have_text("R MCC is there, under “Additional views”.", timeout=90_000)
    expect(page.locator("#asked-list")).to_contain_text("R MCC Magnification, CC: ready")
    page.get_by_role("button", name="Additional views").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-view=rmcc] canvas").first).to_be_visible()
    page.locator("[name=recall][value=no]").focus()
    page.keyboard.press("Space")
    page.get_by_label("BI-RADS category").focus()
    page.keyboard.type("2: b")
    page.get_by_role("button", name="Lock my reading").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lock this reading?")).to_be_visible()
    page.get_by_role("button", name="Lock my reading").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What is there", exact=True)).to_be_visible()


@ONE_SIZE
def test_reading_without_a_script(room: Page, academy: Academy, new_device: Callable[..., Page], size: str) -> None:
    page = new_device(java_script_enabled=False)
    page.goto(f"{academy.url}/practice/")
    begin(page)
    expect(page.locator("[data-viewer]")).to_be_hidden()
    assert page.locator(".picture").count() in (4, 8)  # with a prior
    page.get_by_role("link", name="L MLO", exact=True).click()
    expect(page.get_by_role("img", name="L MLO in full size")).to_be_visible()
    page.get_by_role("link", name="Back to the study").click()
    page.get_by_text("Mark in words instead of pointing").click()
    described = page.locator(".described")
    described.get_by_label("Side").select_option("L")
    described.get_by_label("Place").select_option("upper-outer")
    described.get_by_role("button", name="Add this mark").click()
    expect(page.locator("#marks")).to_contain_text("Upper outer quadrant, anterior third")
    page.get_by_label("Additional view", exact=True).select_option("True lateral view, left breast")
    page.get_by_role("button", name="Ask for this view").click()
    expect(page.locator("#asked-list")).to_contain_text("L ML True lateral: is being made")
    # Text within <noscript> is seen by the reader, and skipped by matchers of text from outside.
    expect(page.locator("#asked-list noscript p")).to_be_visible()
    expect(page.locator("#asked-list noscript p")).to_have_text("Reload this page in some seconds to see it.")
    page.get_by_role("button", name="Remove mark 1").click()
    expect(page.locator("#marks")).to_contain_text("None yet.")
    page.get_by_role("button", name="Lock my reading").click()
    expect(page.get_by_text("Give the study a category, and say whether you would recall")).to_be_visible()
    answer(page)
    lock(page)


@ONE_SIZE
def test_staff_see_how_far_the_studies_are(
    room: Page, academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    page = new_device()
    sign_in(page, academy, "administrator@example.org")
    page.goto(f"{academy.url}/studio/studies/")
    # Three of practice and those of lessons.
    expect(page.get_by_text("6 of 6 studies are made.")).to_be_visible()


@ONE_SIZE
def test_reader_takes_a_test_set_and_a_teacher_sees_it_by_consent(
    room: Page, academy: Academy, new_device: Callable[..., Page], size: str
) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", "from tests.browser.small_set import write; write()"],
        cwd=ROOT,
        env=environment_of(academy.var),
        check=True,
    )
    page = new_device()
    sign_in(page, academy, "set-reader@example.org")
    page.goto(f"{academy.url}/test-sets/")
    page.get_by_role("link", name="Two cases").click()
    see(page, "test-set", size=size)
    page.get_by_role("button", name="Let teachers see my results").click()
    expect(page.get_by_text("because you allowed it")).to_be_visible()
    page.get_by_role("button", name="Begin the test set").click()
    answer(page)
    page.get_by_role("button", name="Lock my reading").click()
    page.get_by_role("button", name="Lock my reading").click()
    # The second case; leaving, and coming back by the set's page.
    expect(page.get_by_role("heading", name="Read this study")).to_be_visible()
    page.goto(f"{academy.url}/test-sets/two-cases/")
    page.get_by_role("link", name="Go on with my attempt").click()
    expect(page.get_by_text("1 of 2 cases are locked.")).to_be_visible()
    see(page, "test-set-attempt", size=size)
    page.get_by_role("link", name="Next case").click()
    answer(page)
    page.get_by_role("button", name="Lock my reading").click()
    page.get_by_role("button", name="Lock my reading").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Cases", exact=True)).to_be_visible()
    see(page, "test-set-result", size=size)
    page.get_by_role("link", name="Case 1", exact=True).click()
    expect(page.get_by_role("heading", name="What is there", exact=True)).to_be_visible()
    page.goto(f"{academy.url}/panel/")
    expect(page.get_by_text("No panel is open now.")).to_be_visible()
    teacher = new_device()
    sign_in(teacher, academy, "author@example.org")
    teacher.goto(f"{academy.url}/studio/test-sets/readers/")
    expect(teacher.get_by_text("Sela Reader, MD")).to_be_visible()
    teacher.goto(f"{academy.url}/studio/panel/")
    expect(teacher.get_by_text("A panel cannot be opened")).to_be_visible()


TOLD_SINCE = """
from accounts.models import User
from accounts.services import grant_access
from imaging.models import Finding, Reading, Region, Study, Truth
grant_access(user=User.objects.get(email="author@example.org"), source="test", reference="real-case")
study = Study.objects.get(source="real")
truth = Truth.objects.create(study=study, kind="suspicious", recall=True, categories=[{"category": "0", "reason": "."}])
finding = Finding.objects.create(
    truth=truth, number=1, side="L", morphology="amorphous", distribution="grouped", warrants_recall=True,
    pathology="malignant",
)
corners = [[300, 700], [420, 700], [420, 800], [300, 800]]
Region.objects.create(finding=finding, view=study.views.get(), polygon=corners, extent_mm=14, is_visible=True)
Reading.objects.create(user=User.objects.get(email="author@example.org"), study=study, key="realcasehere")
"""


def picture_of(page: Page, name: str, *, size: str) -> None:
    """Of the studio, whose colours are Wagtail's: nothing sticks out sideways."""
    page.wait_for_load_state("networkidle")
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{name} is wider than the screen: {width}"
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{size}.png", full_page=True)


@ONE_SIZE
def test_real_case_from_the_studio_to_its_reader(
    academy: Academy, new_device: Callable[..., Page], size: str, tmp_path: Path
) -> None:
    file = save_dicom(tmp_path / "x.dcm", draw_breast(rows=1500, columns=1200), ImagerPixelSpacing=[0.1, 0.1])
    page = new_device()
    sign_in(page, academy, "author@example.org")
    page.goto(f"{academy.url}/studio/studies/incoming/")
    page.get_by_label("By which right it is shown").fill("CC BY 4.0")
    page.get_by_label("Attribution").fill("Images of the city's hospital.")
    page.get_by_role("button", name="Go on to the images").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Look at it, and sign.")).to_be_visible()
    picture_of(page, "real-image", size=size)
    page.get_by_label("I have looked at the whole image").check()
    page.get_by_label("My name").fill("Ada Author")
    page.get_by_role("button", name="Sign this image").click()
    expect(page.get_by_role("cell", name="Ada Author")).to_be_visible()
    picture_of(page, "real-case", size=size)
    page.get_by_role("button", name="Finish the case").click()
    expect(page.get_by_text("Needs a truth: until then nobody is given it.")).to_be_visible()
    academy.run(TOLD_SINCE)
    page.goto(f"{academy.url}/practice/realcasehere/")
    expect(page.get_by_text("Real case. Images of the city's hospital. Licence: CC BY 4.0.")).to_be_visible()
    pane_of(page)
    see(page, "real-asked", size=size)
    answer(page)
    lock(page)
    expect(page.get_by_text("Pathology: malignant.")).to_be_visible()
    see(page, "real-told", size=size)
